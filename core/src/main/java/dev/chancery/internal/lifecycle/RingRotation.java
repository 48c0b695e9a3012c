package dev.chancery.internal.lifecycle;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.Snapshot;
import dev.chancery.internal.state.Steps;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyEvent;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.KeyRecord.Successor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a ring gets its next key: create, publish, promote, overlap. Each call reads the ring once, decides from what it read, and then acts; each
 * step is safe to repeat, so the next writer finishes what a crash left.
 *
 * <p>Where the place claims atomically, the claim of the next generation is the promotion: the old key's record then names its successor and the end
 * of its overlap, and the new key's {@code ACTIVE} is written last, so a promotion is unfinished exactly as long as the current key is
 * {@code PRE_ACTIVE}. Where core elects, the activation makes a key current, so it comes first.
 */
public final class RingRotation {
    private static final Logger LOG = LoggerFactory.getLogger(RingRotation.class);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final StoreContext context;
    private final RecordWriter writer;
    private final Generations generations;
    private final Candidates candidates;
    private final Events events;
    private final Set<KeyId> warned = ConcurrentHashMap.newKeySet();

    public RingRotation(
            StoreContext context, RecordWriter writer, Generations generations, KeyCreation creation, Events events) {
        this.context = context;
        this.writer = writer;
        this.generations = generations;
        this.candidates = new Candidates(context, writer, generations, creation);
        this.events = events;
    }

    /** A ring, and the newest of its holders that is there, both as they are now: its current key unless that is lost. */
    private record Standing(RingView view, Claim claim, Snapshot current) {

        KeyMetadata key() {
            return current.metadata();
        }

        /** The holder waits, or is adopted, and its record does not say yet that the ring is its own. */
        boolean isUnfinished() {
            return key().state() == KeyState.PRE_ACTIVE || key().ring().isEmpty();
        }
    }

    /** Rotates now. A promotion that a crash left unfinished is finished instead, and counts. */
    public Rotation rotate(Ring ring, RotationPolicy policy) {
        return telling(ring, () -> {
            Standing found = look(ring);
            requireSaneClock(found.key());
            boolean unfinished = isUnfinished(found);
            Standing standing = settle(found);
            if (!unfinished) {
                standing = advance(standing, nextSpec(standing, policy), alarm(standing));
            }
            return describe(ring, standing, policy);
        });
    }

    /** Where the activation promotes, a crash may have come before the old key's record named its successor. */
    private boolean isUnfinished(Standing found) {
        return found.isUnfinished()
                || found.view().pending().isPresent()
                || (!generations.claimPromotes() && predecessorSignsOn(found));
    }

    private boolean predecessorSignsOn(Standing found) {
        return found.view()
                .predecessor(found.claim())
                .flatMap(claim -> read(found.view(), claim.holder()))
                .map(key -> context.judge().record(key))
                .filter(record -> record.attributes().state() == KeyState.ACTIVE
                        && record.successor().isEmpty())
                .isPresent();
    }

    /** Rotates if it is time. Safe to call by every instance of a fleet at once, as often as it likes. */
    public Rotation rotateIfDue(Ring ring, RotationPolicy policy) {
        return telling(ring, () -> {
            Standing found = look(ring);
            requireSaneClock(found.key());
            Standing standing = settle(found);
            KeyMetadata current = standing.key();
            boolean lost = missesSuccessor(standing)
                    || !standing.claim().equals(standing.view().current());
            Instant due = lost ? Instant.MIN : due(current, policy);
            if (!now().isBefore(due)) {
                standing = advance(standing, nextSpec(standing, policy), alarm(standing));
            } else if (!now().isBefore(due.minus(policy.leadTime()))) {
                publish(standing, policy, due);
            } else if (!now().isBefore(policy.warnAt(since(current))) && warned.add(current.id())) {
                events.tell(
                        KeyEvent.Type.ROTATION_DUE_SOON,
                        current,
                        "The ring '" + ring.name() + "' is due for rotation at " + due + ".");
            }
            return describe(ring, standing, policy);
        });
    }

    /** The next key waits, so that others learn of its public half before it signs. */
    private void publish(Standing standing, RotationPolicy policy, Instant due) {
        candidates
                .agree(standing.view(), next(standing), nextSpec(standing, policy), alarm(standing))
                .filter(Candidates.Candidate::own)
                .ifPresent(candidate -> events.tell(
                        KeyEvent.Type.CREATED,
                        context.judge().snapshot(candidate.key()).metadata(),
                        "Key " + candidate.id() + " waits to become the current key of the ring '"
                                + standing.view().ring() + "' at " + due + "."));
    }

    /** Makes a key of the ring its current one. */
    public Rotation promote(Ring ring, KeyId id, RotationPolicy policy) {
        return telling(ring, () -> {
            Standing found = look(ring);
            requireSaneClock(found.key());
            Standing standing = settle(found);
            if (!standing.claim().holder().equals(id)) {
                StoredKey candidate = context.require(id);
                candidates.requireCandidate(candidate, standing.view());
                Claim claim = generations.claim(next(standing), candidate.id());
                standing = settle(standing(standing.view().with(candidate).with(claim)));
            }
            return describe(ring, standing, policy);
        });
    }

    /** Replaces a compromised current key by one that was made after the alarm. */
    KeyId replace(Ring ring, KeyMetadata compromised) {
        Standing standing = settle(look(ring));
        if (standing.claim().holder().equals(compromised.id())) {
            standing = advance(standing, compromised.spec(), Optional.of(compromised));
        }
        ring.take(standing.view());
        return standing.claim().holder();
    }

    /** Makes the first key of a ring its current one; a later one waits, PRE_ACTIVE, for its rotation. */
    public void join(RingPosition position, StoredKey key) {
        if (position.generation() > 1) {
            return;
        }
        Claim claim = generations.claim(position, key.id());
        if (claim.holder().equals(key.id())) {
            var unused = activate(claim, context.require(key.id()), context.ticks());
        } else {
            candidates.place(key, new RingPosition(position.ring(), 2));
        }
    }

    // --- what is there

    private Standing look(Ring ring) {
        RingView view = ring.look();
        if (view.claims().isEmpty()) {
            // Where core elects, a crash may have left the first key of a ring claimed and not activated.
            view = view.with(view.pending().orElseThrow(() -> ring.notFound()));
        }
        Optional<StoredKey> current = read(view, view.current().holder());
        Standing standing = standing(current.isPresent() ? view.with(current.get()) : ring.lookAgain());
        return missesSuccessor(standing) ? standing(ring.lookAgain()) : standing;
    }

    private static boolean missesSuccessor(Standing standing) {
        return standing.current()
                .record()
                .successor()
                .filter(next ->
                        next.generation() > standing.view().current().position().generation())
                .isPresent();
    }

    /** A holder that is gone or damaged signs no more: the ring stands on the one before it, and goes on above the lost one. */
    private Standing standing(RingView view) {
        Optional<UnusableKey> damage = Optional.empty();
        for (Claim claim : view.claims()) {
            Optional<StoredKey> key = read(view, claim.holder());
            Optional<UnusableKey> problem = key.flatMap(there -> context.judge().problem(there));
            if (key.isPresent() && problem.isEmpty()) {
                return new Standing(view.with(key.get()), claim, context.judge().snapshot(key.get()));
            }
            damage = damage.or(() -> problem);
        }
        throw damage.map(why -> context.judge().refusal(why))
                .orElseGet(() -> context.notFound(view.current().holder()));
    }

    private Optional<StoredKey> read(RingView view, KeyId id) {
        return Optional.ofNullable(view.read().get(id)).or(() -> context.find(id));
    }

    // --- the phases

    private Standing advance(Standing standing, KeySpec spec, Optional<KeyMetadata> emergencyFor) {
        RingPosition next = next(standing);
        RingView view = standing.view();
        while (true) {
            Optional<Candidates.Candidate> candidate = candidates.find(view, next, spec, emergencyFor);
            if (candidate.isEmpty()) {
                return settle(standing(generations.readSince(view)));
            }
            Candidates.Candidate found = candidate.get();
            try {
                Claim claim = generations.claim(next, found.id());
                if (claim.holder().equals(found.id())) {
                    view = view.with(found.key());
                } else if (found.own()) {
                    generations.removeCandidate(found.id(), Optional.of(next));
                }
                return settle(standing(view.with(claim)));
            } catch (KeyNotFoundException e) {
                LOG.debug("Another instance discarded its candidate a moment ago: the ring has moved on.", e);
            }
        }
    }

    /** One above what is claimed and what was: a generation whose claim was lost is never given again. */
    private static RingPosition next(Standing standing) {
        long top = standing.view().current().position().generation();
        long successor = standing.current()
                .record()
                .successor()
                .map(Successor::generation)
                .orElse(0L);
        return new RingPosition(standing.view().ring(), Math.max(top, successor) + 1);
    }

    /**
     * Completes what promotions before this one left: by a crash, or because the overlap was not over.
     *
     * @return the same standing if there was nothing to complete
     */
    private Standing settle(Standing found) {
        Optional<Claim> pending = found.view().pending();
        if (pending.isPresent() && !found.claim().equals(pending.get())) {
            return settle(standing(elect(found.view())));
        }
        if (generations.claimPromotes()) {
            retireOlder(found);
            return found.isUnfinished() ? activate(found) : found;
        }
        Standing standing = found.isUnfinished() ? activate(found) : found;
        retireOlder(standing);
        return standing;
    }

    /**
     * Finishes for a contender that has died: one that lives activates the winner, or withdraws, within the time that its claim and its look take to
     * settle.
     */
    private RingView elect(RingView seen) {
        context.pause(context.traits().settle().multipliedBy(2));
        RingView now = generations.readSince(seen);
        return now.pending().map(now::with).orElse(now);
    }

    private Standing activate(Standing standing) {
        RingView view = standing.view();
        Claim claim = standing.claim();
        StoredKey active = activate(claim, Objects.requireNonNull(view.read().get(claim.holder())), view.readAt());
        return new Standing(view.with(active), claim, context.judge().snapshot(active));
    }

    StoredKey activate(Claim claim, StoredKey read, long readAt) {
        Instant now = now();
        KeyState before = context.judge().record(read).attributes().state();
        StoredKey active = update(read, readAt, record -> makeActive(record, claim.position(), now));
        if (before == KeyState.PRE_ACTIVE && claim.position().generation() > 1) {
            events.tell(
                    KeyEvent.Type.ROTATED,
                    context.judge().snapshot(active).metadata(),
                    "The ring '" + claim.position().ring() + "' now signs with " + active.id() + ", generation "
                            + claim.position().generation() + ".");
        }
        return active;
    }

    private static KeyRecord makeActive(KeyRecord waiting, RingPosition position, Instant now) {
        if (waiting.attributes().state() != KeyState.PRE_ACTIVE) {
            return waiting.attributes().ring().isPresent()
                    ? waiting
                    : waiting.with(adopted -> adopted.ring(position)); // an adopted key has signed all along
        }
        return waiting.with(attributes -> {
            attributes
                    .state(
                            KeyState.ACTIVE,
                            now,
                            "current key of the ring " + position.ring() + ", generation " + position.generation())
                    .ring(position);
            // Past its end, a crash left the claim so long ago that the key never signs.
            return Candidates.endsAfter(waiting.attributes().signUntil(), now) ? attributes.signFrom(now) : attributes;
        });
    }

    /**
     * Overlap: the old key signs on for as long as other instances may not have noticed, and is then retired. An older one is looked at only where
     * the one after it was just retired and had not been current for long; a key that is damaged or gone does not keep the ring from rotating.
     */
    private void retireOlder(Standing standing) {
        Successor successor = new Successor(
                standing.claim().position().generation(), standing.key().fingerprint());
        Optional<Claim> old = standing.view().predecessor(standing.claim());
        Instant followed = since(standing.key());
        while (old.isPresent()) {
            Optional<KeyRecord> retired = retire(standing.view(), old.get().holder(), successor, context.overlap());
            Instant since = retired.map(KeyRecord::attributes)
                    .flatMap(KeyAttributes::signFrom)
                    .orElse(Instant.MIN);
            // Only a key that was followed within the overlap of the one before it may have left that one behind.
            boolean quick = retired.isPresent()
                    && followed.isBefore(since.plus(context.overlap().multipliedBy(2)));
            old = quick ? standing.view().predecessor(old.get()) : Optional.empty();
            followed = since;
        }
        standing.view().claims().stream()
                .filter(claim -> claim.position().equals(standing.claim().position()))
                .filter(claim -> !claim.equals(standing.claim()))
                .forEach(rival -> retire(standing.view(), rival.holder(), successor, context.overlap()));
    }

    /**
     * Retires all but the newest of the keys that were put into a ring together, as as many rotations would have: the one before it signs on for the
     * overlap.
     *
     * @param claims newest first
     */
    void retireAdopted(KeyName ring, List<Claim> claims) {
        RingView view = new RingView(ring, claims, Optional.empty(), Map.of(), context.ticks());
        for (int i = claims.size() - 1; i > 0; i--) {
            Claim next = claims.get(i - 1);
            KeyMetadata follower =
                    context.judge().snapshot(context.require(next.holder())).metadata();
            var unused = retire(
                    view,
                    claims.get(i).holder(),
                    new Successor(next.position().generation(), follower.fingerprint()),
                    i == 1 ? context.overlap() : Duration.ZERO);
        }
    }

    /** The record of the key if it is retired now. */
    private Optional<KeyRecord> retire(RingView view, KeyId id, Successor successor, Duration overlap) {
        Optional<StoredKey> read = read(view, id).filter(key -> !context.judge().isDamaged(key));
        if (read.isEmpty() || !signsAgain(context.judge().record(read.get()))) {
            return Optional.empty();
        }
        Instant now = now();
        StoredKey after = update(read.get(), view.readAt(), record -> endOverlap(record, successor, now, overlap));
        KeyRecord record = context.judge().record(after);
        boolean retired = record.attributes().state() == KeyState.DEACTIVATED;
        if (retired && context.judge().problem(after).isEmpty()) {
            events.tell(
                    KeyEvent.Type.STATE_CHANGED,
                    context.judge().snapshot(after).metadata(),
                    "Key " + id + " went from ACTIVE to DEACTIVATED: generation " + successor.generation()
                            + " of its ring is current.");
        }
        return Optional.of(record).filter(any -> retired);
    }

    /** A key on hold is told when its overlap ends, too: it may be resumed at any time. */
    private static boolean signsAgain(KeyRecord record) {
        KeyState state = record.attributes().state();
        return state == KeyState.ACTIVE || state == KeyState.SUSPENDED;
    }

    private static KeyRecord endOverlap(KeyRecord record, Successor successor, Instant now, Duration overlap) {
        if (!signsAgain(record)) {
            return record;
        }
        Instant end = endOfOverlap(record.attributes(), now.plus(overlap));
        KeyRecord ended = record.with(attributes -> attributes.signUntil(end)).toBuilder()
                .successor(record.successor().orElse(successor))
                .rotating(Optional.empty())
                .build();
        return now.isBefore(end) || record.attributes().state() == KeyState.SUSPENDED
                ? ended
                : ended.with(attributes -> attributes.state(
                        KeyState.DEACTIVATED, now, "rotated: generation " + successor.generation() + " is current"));
    }

    private static Instant endOfOverlap(KeyAttributes attributes, Instant until) {
        Instant end = attributes.signUntil().filter(until::isAfter).orElse(until);
        // It may have become current a moment ago by the clock of a faster machine.
        return attributes
                .signFrom()
                .map(from -> from.plusSeconds(1))
                .filter(end::isBefore)
                .orElse(end);
    }

    StoredKey update(StoredKey read, long readAt, RecordWriter.Change change) {
        KeyRecord standing = context.judge().record(read);
        if (change.apply(standing).equals(standing)) {
            return read;
        }
        long started = context.ticks();
        StoredKey changed = context.steps()
                .change(
                        OperationType.UPDATE,
                        read.id(),
                        () -> new Steps.Changed(
                                isLastWord(change.apply(standing))
                                        ? writer.changeUnseen(read, readAt, change)
                                        : writer.change(read, readAt, change),
                                Optional.of(standing.attributes().state())))
                .key();
        var unused = context.handles().take(changed, started);
        return changed;
    }

    /** What only records that a period is over needs no second look: dates forbid signing already, and the next writer repeats it. */
    private static boolean isLastWord(KeyRecord changed) {
        return changed.attributes().state() == KeyState.DEACTIVATED;
    }

    // --- what the phases know

    /** When a ring with this current key is due for the next. */
    public static Instant due(KeyMetadata current, RotationPolicy policy) {
        if (current.state() != KeyState.ACTIVE && current.state() != KeyState.SUSPENDED) {
            return Instant.MIN; // it will never sign again: the ring needs another now, not at the period's end
        }
        Instant byPeriod = policy.dueAt(since(current));
        return current.signUntil().filter(byPeriod::isAfter).orElse(byPeriod);
    }

    private static Instant since(KeyMetadata key) {
        return key.signFrom().orElse(key.created());
    }

    private static KeySpec nextSpec(Standing standing, RotationPolicy policy) {
        return policy.nextSpec().orElse(standing.key().spec());
    }

    /** A compromised key is not followed by a candidate from before the alarm, neither in an emergency nor on schedule. */
    private static Optional<KeyMetadata> alarm(Standing standing) {
        return Optional.of(standing.key()).filter(key -> key.compromisedSince().isPresent());
    }

    private Rotation describe(Ring ring, Standing standing, RotationPolicy policy) {
        ring.take(standing.view());
        return new Rotation(
                ring.name(),
                standing.claim().position().generation(),
                standing.claim().holder(),
                standing.view().predecessor(standing.claim()).map(Claim::holder),
                since(standing.key()),
                policy.dueAt(since(standing.key())));
    }

    /** A clock that was set back would rotate nothing for a year, or date a key before its predecessor. */
    private void requireSaneClock(KeyMetadata current) {
        if (now().plus(CLOCK_SKEW).isBefore(since(current))) {
            throw new ConfigurationException("This machine's clock says " + now() + ", but key " + current.id() + " in "
                    + context.location() + " became current at " + since(current)
                    + ". Nothing was changed: set the clock right.");
        }
    }

    private Instant now() {
        return context.now();
    }

    private Rotation telling(Ring ring, Supplier<Rotation> rotation) {
        try {
            return rotation.get();
        } catch (ChanceryException e) {
            events.tell(
                    KeyEvent.Type.ROTATION_FAILED,
                    Optional.empty(),
                    Optional.of(ring.name()),
                    "The rotation of the ring '" + ring.name() + "' failed: " + e.getMessage());
            throw e;
        }
    }
}
