package dev.chancery.internal.lifecycle;

import dev.chancery.Keyring;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.KeyHandles;
import dev.chancery.internal.state.Refreshing;
import dev.chancery.internal.state.Snapshot;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord.Successor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A ring as the store makes it, kept fresh: who is current, who were, and what has come since. */
public final class Ring {
    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private final StoreContext context;
    private final KeyHandles handles;
    private final KeyName name;
    private final Generations generations;
    private final Refreshing<RingView> view;
    private final Set<KeyId> warned = ConcurrentHashMap.newKeySet();

    /** What was read when the ring was asked for, which the first look need not read again. */
    private volatile @Nullable RingView unused;

    /** What was last read or made of the ring here, from which a look goes on. */
    private volatile @Nullable RingView last;

    public Ring(StoreContext context, Generations generations, KeyName name) {
        this.context = context;
        this.handles = context.handles();
        this.generations = generations;
        this.name = name;
        this.view = context.refreshing(this::lookForCurrent);
        this.unused = view.last().value();
    }

    /** A key's name in a ring's place is the likeliest slip: what to do then depends on the key's own ring. */
    KeyNotFoundException notFound() {
        String advice = keyOfThatName()
                .map(key -> context.judge().record(key).attributes().ring())
                .map(position -> position.map(at -> "The key of that name is of the ring '" + at.ring()
                                + "': `chancery rotate " + at.ring() + "` gives it its next key.")
                        .orElse("The key of that name is in no ring; `chancery ring adopt RING " + name
                                + "` makes one of it, and of others that were used before it."))
                .orElse("`chancery generate --ring " + name + "` makes it.");
        return new KeyNotFoundException("There is no ring '" + name + "' in " + context.location() + ". " + advice);
    }

    private Optional<StoredKey> keyOfThatName() {
        try {
            return context.find(context.backend().parse(name.value()));
        } catch (ChanceryException e) {
            LOG.debug("Whether there is a key '{}' is not known.", name, e);
            return Optional.empty();
        }
    }

    /** The ring as the store has it now, with what a crash may have left unfinished. */
    public RingView look() {
        RingView first = unused;
        unused = null;
        if (first != null
                && generations.claimPromotes()
                && context.ticks() - first.readAt() < context.stateTtl().toNanos() / 2) {
            return first;
        }
        return readOn();
    }

    private RingView readOn() {
        RingView known = last;
        return keep(known == null || namesLostSuccessor(known) ? generations.read(name) : generations.readSince(known));
    }

    /** As {@link #look}, and nothing that was known before is relied upon. */
    RingView lookAgain() {
        return keep(generations.read(name));
    }

    private RingView keep(RingView found) {
        if (found.claims().isEmpty() && found.pending().isEmpty()) {
            throw notFound();
        }
        last = last(found);
        return found;
    }

    private RingView lookForCurrent() {
        RingView found = readOn();
        if (found.claims().isEmpty()) {
            throw notFound();
        }
        return last(found);
    }

    private static RingView last(RingView found) {
        return new RingView(found.ring(), found.claims(), Optional.empty(), Map.of(), found.readAt());
    }

    /** A generation may have been passed over, so that looking for the next one is not enough. */
    private boolean namesLostSuccessor(RingView known) {
        return !known.claims().isEmpty()
                && handles.lastKnown(known.current().holder())
                        .filter(snapshot -> lostSuccessor(snapshot, known).isPresent())
                        .isPresent();
    }

    /** The key that follows the current one by its record, and that no reader finds although it must be readable by now. */
    public static Optional<Successor> lost(StoreContext context, Snapshot current, RingView known) {
        return lostSuccessor(current, known).filter(next -> !mayBeUnseen(context, current.metadata()));
    }

    private static Optional<Successor> lostSuccessor(Snapshot current, RingView known) {
        return current.record()
                .successor()
                .filter(next -> next.generation() > known.current().position().generation());
    }

    /**
     * The key that the ring signs with. It never falls back to a key whose record names a successor, unless that one may not be readable
     * everywhere yet: then the overlap lets the old key sign.
     *
     * @throws IntegrityException if the ring has lost its current key
     */
    public KeyHandle signingHandle() {
        KeyHandle handle = currentHandle();
        if (handle.last().record().successor().isEmpty()
                || lostSuccessor(handle.last(), view.get().value()).isEmpty()) {
            return handle;
        }
        reload();
        KeyHandle again = currentHandle();
        Optional<Successor> lost = lost(context, again.last(), view.get().value());
        while (lost.isPresent()) {
            // The ring may have been rotated between its claims and the record: claims that are read after it decide.
            KeyId before = again.id();
            reloadClaims();
            again = currentHandle();
            lost = lost(context, again.last(), view.get().value());
            if (lost.isPresent() && again.id().equals(before)) {
                throw lost(again.id(), lost.get());
            }
        }
        return again;
    }

    private IntegrityException lost(KeyId current, Successor next) {
        return new IntegrityException("The ring '" + name + "' in " + context.location()
                + " has lost its current key: key " + current + " names generation " + next.generation()
                + " (fingerprint " + next.fingerprint()
                + ") as its successor, and no key holds it. Restore what was lost, or rotate the ring.");
    }

    private static boolean mayBeUnseen(StoreContext context, KeyMetadata old) {
        Duration settle = context.traits().settle().multipliedBy(2);
        return !settle.isZero()
                && old.signUntil()
                        .map(end -> end.minus(context.overlap()).plus(settle))
                        .filter(context.now()::isBefore)
                        .isPresent();
    }

    /** What a rotation through this process has made of the ring. */
    void take(RingView now) {
        last = last(now);
        view.set(last(now), now.readAt());
    }

    public KeyName name() {
        return name;
    }

    public KeyHandle currentHandle() {
        return handles.get(currentId());
    }

    KeyId currentId() {
        return view.get().value().current().holder();
    }

    /** Newest generation first. A key that is damaged or gone does not keep the others from verifying. */
    public List<KeyHandle> members() {
        return view.get().value().claims().stream()
                .flatMap(claim -> usable(claim.holder()).stream())
                .toList();
    }

    private Optional<KeyHandle> usable(KeyId id) {
        try {
            KeyHandle handle = handles.get(id);
            handle.read();
            return Optional.of(handle);
        } catch (IntegrityException | KeyNotFoundException | UnsupportedException | KeyAccessException e) {
            warnOfLeftOut(id, e);
            return Optional.empty();
        }
    }

    /** Whether anything here verifies a member's signatures. A member that has nothing does not keep the others from verifying. */
    public boolean isVerifiable(KeyHandle member) {
        try {
            var unused = member.verifier();
            return true;
        } catch (UnsupportedException e) {
            warnOfLeftOut(member.id(), e);
            return false;
        }
    }

    private void warnOfLeftOut(KeyId id, ChanceryException why) {
        if (warned.add(id)) {
            LOG.warn("A key of the ring '{}' is left out: {}", name, why.getMessage());
        }
    }

    /** Reads all again, now, relying on nothing that was known: a claim may be lost, too. */
    public void readAfresh() {
        last = null;
        reload();
    }

    /** Reads claims and state of the current key again, now. */
    public void reload() {
        reloadClaims();
        currentHandle().reload();
    }

    /** Reads again, now, which keys there are. */
    public void reloadClaims() {
        view.reload();
    }
}
