package dev.chancery.internal.state;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.interception.SignPurpose;
import dev.chancery.internal.jca.PublicKeyVerifier;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.StoredKey;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One key of an open store, as this process knows it: its state kept fresh, its public half verified with. */
public final class KeyHandle {
    private final StoreContext context;
    private final KeyId id;
    private final Refreshing<Snapshot> state;
    private final String fingerprint;
    private final Optional<PublicKeyVerifier> verifier;
    private final String noVerifier;
    private final @Nullable SignatureCap cap;

    KeyHandle(StoreContext context, KeyId id) {
        this.context = context;
        this.id = id;
        long started = context.ticks();
        StoredKey stored = context.require(id);
        if (context.judge().isUnproven(stored)) {
            new PairProof(context).prove(stored);
        }
        Snapshot first = context.judge().snapshot(stored);
        this.state = context.refreshing(() -> read(context, id), first, started);
        KeyMetadata metadata = first.metadata();
        this.fingerprint = metadata.fingerprint();
        Optional<PublicKeyVerifier> able = Optional.empty();
        String reason = "";
        try {
            able = Optional.of(verifier(context, first));
        } catch (UnsupportedException e) {
            reason = e.getMessage(); // the key can be shown and managed all the same
        }
        this.verifier = able;
        this.noVerifier = reason;
        this.cap = SignatureCap.of(context.options().policy(), System::nanoTime);
    }

    static PublicKeyVerifier verifier(StoreContext context, Snapshot snapshot) {
        KeyMetadata key = snapshot.metadata();
        return new PublicKeyVerifier(
                SubjectPublicKeyInfo.of(key.publicKey()),
                context.providers(),
                key.defaultAlgorithm(),
                snapshot.allowed());
    }

    private static Snapshot read(StoreContext context, KeyId id) {
        return context.judge().snapshot(context.require(id));
    }

    /** A key's material never changes: other material under the same id is a swapped file or a mistaken restore. */
    private Refreshing.Reading<Snapshot> sameKey(Refreshing.Reading<Snapshot> read) {
        KeyMetadata found = read.value().metadata();
        if (!found.fingerprint().equals(fingerprint)) {
            throw new IntegrityException(
                    "Key " + found.id() + " in " + context.location() + " has changed: its fingerprint was "
                            + fingerprint + " and is " + found.fingerprint()
                            + ". Put the right key back; if the change is wanted, open the store again.");
        }
        return read;
    }

    public KeyId id() {
        return id;
    }

    /** What is known of the key, fresh where the store answers. */
    public Refreshing.Reading<Snapshot> read() {
        context.requireOpen();
        return sameKey(state.get());
    }

    /** The last known metadata, fresh where the store answers. */
    public KeyMetadata metadata() {
        return read().value().metadata();
    }

    /** What was last read, however long ago. */
    public KeyMetadata lastKnown() {
        return state.last().value().metadata();
    }

    /**
     * What verifies the key's signatures.
     *
     * @throws UnsupportedException if no JCA provider here can
     */
    public PublicKeyVerifier verifier() {
        return verifier.orElseThrow(() -> new UnsupportedException(
                "Key " + id + " in " + context.location() + " cannot be used here: " + noVerifier));
    }

    /** What the key's signatures may be verified with. */
    public Set<SignatureAlgorithm> algorithms() {
        return verifier.map(PublicKeyVerifier::algorithms)
                .orElseGet(() -> lastKnown().algorithms());
    }

    /** Has the key read again before it is used next. */
    void expire() {
        state.expire();
    }

    /** Reads the key again, now. */
    public KeyMetadata reload() {
        return sameKey(state.reload()).value().metadata();
    }

    /** What was last read of the key and judged usable, however long ago. */
    public Snapshot last() {
        return state.last().value();
    }

    /**
     * Takes over at once what a change through this process made of the key.
     *
     * @param started when the change began: another writer's answer may be younger
     */
    public KeyMetadata take(StoredKey changed, long started) {
        state.set(context.judge().snapshot(changed), started);
        return metadata();
    }

    /**
     * Decides whether the key may sign now.
     *
     * @return its metadata
     * @throws ChanceryException if it may not
     */
    public KeyMetadata requireSigning(SignPurpose purpose, boolean current) {
        Refreshing.Reading<Snapshot> read = read();
        Snapshot snapshot = read.value();
        if (isStale(read)) {
            throw new StoreUnavailableException(
                    "The state of key " + snapshot.metadata().id() + " in " + context.location()
                            + " could not be read for " + context.maxStale()
                            + ", so it must not sign. Check that the store answers.",
                    null);
        }
        context.judge().requireSigning(snapshot, purpose, current);
        return snapshot.metadata();
    }

    /**
     * Counts signatures towards the policy's caps.
     *
     * @throws PolicyViolationException if a cap is reached
     */
    public void count(int signatures, KeyMetadata key) {
        if (cap != null) {
            cap.take(signatures, key, context.location());
        }
    }

    /** Whether what was read is older than the store allows for. */
    public boolean isStale(Refreshing.Reading<Snapshot> read) {
        return state.ageOf(read) > context.maxStale().toNanos();
    }
}
