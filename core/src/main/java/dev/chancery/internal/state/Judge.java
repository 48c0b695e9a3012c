package dev.chancery.internal.state;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.interception.SignPurpose;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.options.PublicArchive;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.security.PublicKey;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the facts that a place tells of a key amount to, once for all places: which record counts, whether the key is foreign or damaged,
 * which public half it has and whether that half is proven.
 */
public final class Judge {
    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

    private final StoreContext context;
    private final Optional<PublicArchive> archive;
    private final boolean keepsRecords;
    private final boolean switchesKeys;

    /** Public halves that were seen here: material never changes, and a place may keep its own back later. */
    private final Map<KeyId, PublicKey> seen = new ConcurrentHashMap<>();

    /** The fingerprint of the half that a signature has proven. */
    private final Map<KeyId, String> proven = new ConcurrentHashMap<>();

    Judge(StoreContext context) {
        this.context = context;
        this.archive = context.options().publicArchive();
        this.keepsRecords = context.abilities().keepsRecords().isPresent();
        this.switchesKeys = context.abilities().switchesKeys().isPresent()
                || context.traits().switchesWithRecord();
    }

    // --- the record that counts

    /**
     * What core goes by. A key without a record is a foreign one, as its place describes it; so is, until it is marked or retired, one whose record is
     * damaged, and {@link #problem} says that it must not be used. A mark counts wherever it stands, and whoever knows of it.
     */
    public KeyRecord record(StoredKey key) {
        KeyRecord kept = kept(key);
        return context.operations()
                .compromisedSince(key.id(), half(key), kept.attributes())
                .map(kept::withMark)
                .orElse(kept);
    }

    /** The same by what place, archive and this process's own writes say. */
    public KeyRecord kept(StoredKey key) {
        KeyRecord counts = recentOr(key, inPlace(key));
        Optional<CompromisedSince> mark =
                key.record() instanceof StoredRecord.Damaged damaged ? damaged.mark() : Optional.empty();
        counts = mark.map(counts::withMark).orElse(counts);
        return findArchived(key.id())
                .flatMap(KeyMetadata::compromisedSince)
                .map(counts::withMark)
                .orElse(counts);
    }

    private KeyRecord inPlace(StoredKey key) {
        return key.record().legible().orElseGet(() -> recordOfUnrecorded(key));
    }

    /** What is left of a lost record is what the archive has; of a foreign key, what its place says. */
    private KeyRecord recordOfUnrecorded(StoredKey key) {
        KeyAttributes attributes = isDamaged(key)
                ? findArchived(key.id()).map(KeyMetadata::attributes).orElseGet(() -> foreign(key))
                : foreign(key);
        return new KeyRecord.Builder(attributes).revision(0).build();
    }

    private KeyAttributes foreign(StoredKey key) {
        KeyAttributes.Builder attributes =
                KeyAttributes.builder(stateOfForeign(key.service()), key.created(), KeyOrigin.FOREIGN);
        half(key).flatMap(half -> confinedDefault(key, half)).ifPresent(attributes::defaultAlgorithm);
        return attributes.build();
    }

    /** What a key signs with by default whose owner forbids, or whose place lacks, the default of its kind. */
    private static Optional<SignatureAlgorithm> confinedDefault(StoredKey key, PublicKey half) {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.of(half);
            Set<SignatureAlgorithm> usable = algorithms(key, info);
            return usable.contains(info.spec().defaultAlgorithm())
                    ? Optional.empty()
                    : usable.stream().findFirst();
        } catch (UnsupportedException e) {
            return Optional.empty(); // the key signs with nothing
        }
    }

    /** What the key's owner allows: in the key's own encoding (RFC 4055), or as the place tells it. */
    private static Set<SignatureAlgorithm> allowed(StoredKey key, SubjectPublicKeyInfo info) {
        Set<SignatureAlgorithm> allowed = EnumSet.copyOf(info.algorithms());
        key.confinedTo().ifPresent(allowed::retainAll);
        return allowed;
    }

    private KeyState stateOfForeign(Service service) {
        if (!switchesKeys || service instanceof Service.In) {
            return KeyState.ACTIVE;
        }
        return service instanceof Service.Out ? KeyState.SUSPENDED : KeyState.DESTROYED;
    }

    /** An answer that is older than what this process wrote a moment ago is stale; its mark counts all the same. */
    private KeyRecord recentOr(StoredKey key, KeyRecord read) {
        Optional<KeyRecord> written = context.recent().of(key.id());
        if (written.isEmpty() || read.revision() >= written.get().revision()) {
            return written.flatMap(mine -> mine.attributes().compromisedSince())
                    .map(read::withMark)
                    .orElse(read);
        }
        return read.attributes().compromisedSince().map(written.get()::withMark).orElse(written.get());
    }

    // --- what keeps a key from being used

    /** Why a key must not be used in any state; empty for a sound one. */
    public Optional<UnusableKey> problem(StoredKey key) {
        return problemOfRecord(key)
                .or(() -> problemOfHalf(key))
                .map(why -> new UnusableKey(key.id(), why.kind, withoutStore(why.text), why.mend));
    }

    private record Reason(Problem kind, String text, Optional<String> mend) {
        Reason(Problem kind, String text) {
            this(kind, text, Optional.empty());
        }
    }

    /** A reason that was an error of its own names the store, as what it becomes part of does. */
    private String withoutStore(String reason) {
        return reason.replace(" in " + context.location(), "");
    }

    /** Whether a record of ours is missing or makes no sense, so that nothing says what the key may do. */
    public boolean isDamaged(StoredKey key) {
        return key.record() instanceof StoredRecord.Damaged
                || (key.record() instanceof StoredRecord.Absent
                        && keepsRecords
                        && (key.evidence().isPresent() || findArchived(key.id()).isPresent()));
    }

    private Optional<Reason> problemOfRecord(StoredKey key) {
        if (key.record() instanceof StoredRecord.Newer newer) {
            return Optional.of(new Reason(Problem.UNSUPPORTED, newer.why()));
        }
        if (context.recent().of(key.id()).isPresent() || !isDamaged(key)) {
            return Optional.empty();
        }
        if (key.record() instanceof StoredRecord.Damaged damaged) {
            return Optional.of(new Reason(Problem.DAMAGED, damaged.why()));
        }
        String evidence = key.evidence().orElse("the archive knows it");
        return Optional.of(new Reason(
                Problem.DAMAGED,
                "Its record is gone, and the key is ours: " + evidence
                        + ". What the key may do is not known any more: restore the record, or retire the key"
                        + " (`chancery retire`, `chancery compromise`)."));
    }

    private Optional<Reason> problemOfHalf(StoredKey key) {
        if (key.publicHalf() instanceof PublicHalf.Unreadable unreadable) {
            return Optional.of(new Reason(unreadable.problem(), unreadable.why(), unreadable.mend()));
        }
        Optional<PublicKey> half = half(key);
        if (half.isEmpty()) {
            return Optional.of(new Reason(
                    Problem.INACCESSIBLE,
                    "The place keeps its public half back, and no archive has it. Resume the key, or name the archive"
                            + " that has it (CHANCERY_ARCHIVE)."));
        }
        try {
            KeySpec spec = KeySpec.of(half.get());
            if (key.spec().filter(said -> said != spec).isPresent()) {
                return Optional.of(new Reason(
                        Problem.DAMAGED,
                        "The place calls it " + key.spec().get() + ", and its public half is " + spec + "."));
            }
        } catch (UnsupportedException e) {
            return Optional.of(new Reason(Problem.UNSUPPORTED, e.getMessage()));
        }
        String found = KeyMetadata.fingerprint(half.get());
        return record(key)
                .fingerprint()
                .filter(kept -> !found.startsWith(kept))
                .map(kept -> new Reason(
                        Problem.DAMAGED,
                        "Its record says that the public key has the fingerprint " + kept
                                + ", and the one that is here has " + found
                                + ". Find out which was changed, and put the right one back."));
    }

    // --- the public half

    /** The public half, from the place, this process's memory, the record or the archive. */
    Optional<PublicKey> half(StoredKey key) {
        if (key.publicHalf() instanceof PublicHalf.Vouched vouched) {
            remember(key.id(), vouched.key());
            return Optional.of(vouched.key());
        }
        if (key.publicHalf() instanceof PublicHalf.Unvouched unvouched) {
            return Optional.of(choose(key, unvouched));
        }
        return Optional.ofNullable(seen.get(key.id()))
                .or(() -> key.record().legible().flatMap(KeyRecord::publicKey))
                .or(() -> findArchived(key.id()).map(KeyMetadata::publicKey));
    }

    /** Of several that were found, the one that is known to be the key's own. */
    private PublicKey choose(StoredKey key, PublicHalf.Unvouched found) {
        Optional<String> known = key.record()
                .legible()
                .flatMap(KeyRecord::fingerprint)
                .or(() -> Optional.ofNullable(proven.get(key.id())));
        return found.candidates().stream()
                .filter(one ->
                        known.filter(KeyMetadata.fingerprint(one)::startsWith).isPresent())
                .findFirst()
                .orElse(found.key());
    }

    private void remember(KeyId id, PublicKey key) {
        if (!context.traits().withholds().isEmpty()) {
            seen.putIfAbsent(id, key);
        }
    }

    /** Whether the half may vouch: its place derives it from the private one, its record names it, or a signature has proven it. */
    boolean isProven(StoredKey key, String fingerprint) {
        return !(key.publicHalf() instanceof PublicHalf.Unvouched)
                || record(key).fingerprint().filter(fingerprint::startsWith).isPresent()
                || fingerprint.equals(proven.get(key.id()));
    }

    /** Whether one of the halves that were found is yet to be proven the key's own. */
    boolean isUnproven(StoredKey key) {
        return half(key)
                .filter(half -> !isProven(key, KeyMetadata.fingerprint(half)))
                .isPresent();
    }

    /** A signature has shown, or a person confirmed, that the half belongs to the key. */
    public void noteProof(KeyId id, String fingerprint) {
        proven.put(id, fingerprint);
    }

    // --- whether it may sign

    /**
     * Decides whether a key may sign, by what was read of it.
     *
     * @param current whether the key holds the highest generation of its ring
     * @throws ChanceryException if it may not
     */
    public void requireSigning(Snapshot snapshot, SignPurpose purpose, boolean current) {
        KeyMetadata key = snapshot.metadata();
        long now = context.options().clock().millis();
        KeyRules.requireSigning(key, purpose, current, now, context.location());
        if (now >= snapshot.policyEndMillis()) {
            throw new PolicyViolationException(
                    "Key " + key.id() + " in " + context.location() + " must not sign: it was made at "
                            + key.created() + ", and "
                            + context.options().policy().refusalByAge(key.ring().map(RingPosition::ring))
                            + " " + KeyRules.insteadOf(key));
        }
        if (snapshot.signingRefusal().isPresent()) {
            throw new KeyStateException("Key " + key.id() + " in " + context.location() + " cannot sign: "
                    + snapshot.signingRefusal().get());
        }
    }

    /**
     * Whether the policy lets a key sign with an algorithm.
     *
     * @throws PolicyViolationException if not
     */
    public void requireAllowed(KeyMetadata key, SignatureAlgorithm algorithm) {
        Optional<String> refusal = context.options().policy().refusalToSign(key, algorithm);
        if (refusal.isPresent()) {
            throw new PolicyViolationException("Key " + key.id() + " in " + context.location() + " must not sign: "
                    + refusal.get() + " Sign with another algorithm or key, or open the store with another policy.");
        }
    }

    // --- all of it

    /**
     * Judges what a place told.
     *
     * @throws IntegrityException if the key is damaged
     * @throws UnsupportedException if it is of no supported kind
     * @throws KeyAccessException if it is out of reach
     */
    public Snapshot snapshot(StoredKey key) {
        Optional<UnusableKey> problem = problem(key);
        if (problem.isPresent()) {
            throw refusal(problem.get());
        }
        KeyRecord record = record(key);
        PublicKey half = half(key).orElseThrow();
        KeyMetadata metadata = metadata(key, half, record);
        return new Snapshot(
                metadata,
                record,
                key.service().refusal(),
                allowed(key, SubjectPublicKeyInfo.of(half)),
                policyEndMillis(metadata));
    }

    /** What the archive keeps of a key, of which the record may be damaged: the public half must be known and of a kind. */
    public Optional<KeyMetadata> description(StoredKey key) {
        Optional<PublicKey> half = half(key);
        if (half.isEmpty() || problemOfHalf(key).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(metadata(key, half.get(), record(key)));
    }

    private KeyMetadata metadata(StoredKey key, PublicKey half, KeyRecord record) {
        String fingerprint = KeyMetadata.fingerprint(half);
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.of(half);
        return new KeyMetadata(
                key.id(),
                info.spec(),
                half,
                fingerprint,
                key.protection(),
                record.attributes(),
                isProven(key, fingerprint),
                algorithms(key, info),
                isLeftOver(key, record));
    }

    /** Service is what the place says of the material; a key that is leaving is on its way. */
    private static boolean isLeftOver(StoredKey key, KeyRecord record) {
        boolean there = key.service() instanceof Service.In || key.service() instanceof Service.Out;
        return there && record.attributes().state() == KeyState.DESTROYED;
    }

    private static Set<SignatureAlgorithm> algorithms(StoredKey key, SubjectPublicKeyInfo info) {
        Set<SignatureAlgorithm> algorithms = allowed(key, info);
        key.signsWith().ifPresent(algorithms::retainAll);
        return algorithms;
    }

    /** What an application gets that would use an unusable key. */
    public ChanceryException refusal(UnusableKey unusable) {
        String message =
                "Key " + unusable.id() + " in " + context.location() + " must not be used: " + unusable.reason();
        return switch (unusable.problem()) {
            case DAMAGED -> new IntegrityException(message);
            case UNSUPPORTED -> new UnsupportedException(message);
            case INACCESSIBLE -> new KeyAccessException(message);
        };
    }

    private long policyEndMillis(KeyMetadata key) {
        if (key.origin() == KeyOrigin.FOREIGN) {
            return Long.MAX_VALUE; // a file's date is no reason to refuse a key, and its maker left no other
        }
        return context.options()
                .policy()
                .signUntil(key.created(), key.ring().map(position -> position.ring()))
                .toEpochMilli();
    }

    // --- the archive

    /** What the archive keeps of a key. One that cannot be read says nothing, and hides nothing that the place says. */
    private Optional<KeyMetadata> findArchived(KeyId id) {
        if (archive.isEmpty() || !mayForget()) {
            return Optional.empty();
        }
        try {
            return archive.get().find(context.location(), id);
        } catch (ChanceryException e) {
            LOG.warn("What the archive has of key {} is not taken into account: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** Elsewhere the place itself is asked for everything, and the archive would be a second truth. */
    private boolean mayForget() {
        return !context.traits().withholds().isEmpty() || !keepsRecords;
    }

    /** A key that its place has deleted for good, as the archive keeps it. */
    Optional<StoredKey> findDeleted(KeyId id) {
        return findArchived(id)
                .map(kept -> StoredKey.builder(kept.id(), new PublicHalf.Vouched(kept.publicKey()), kept.protection())
                        .spec(kept.spec())
                        .record(new StoredRecord.Present(
                                new KeyRecord.Builder(asDestroyed(kept.attributes()))
                                        .revision(0)
                                        .build(),
                                ""))
                        .service(new Service.Gone("it is deleted in its place. Sign with another key."))
                        .created(kept.created())
                        .build());
    }

    private static KeyAttributes asDestroyed(KeyAttributes kept) {
        if (kept.state() == KeyState.DESTROYED) {
            return kept;
        }
        var history = kept.history();
        var last = history.isEmpty()
                ? kept.created()
                : history.get(history.size() - 1).at();
        return kept.toBuilder()
                .state(KeyState.DESTROYED, last, "its place has it no more")
                .build();
    }
}
