package dev.chancery.internal.lifecycle;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.Steps;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits.Names;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.KeyRecord.Rotating;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys that wait to hold a ring's next generation: contenders agree on the oldest one, and make one only where none waits. */
final class Candidates {
    private static final Logger LOG = LoggerFactory.getLogger(Candidates.class);
    private static final int MOST_CONTENDERS = 1_000;

    /** Longer than any place takes to make a key. */
    private static final Duration LONGEST_CREATION = Duration.ofMinutes(2);

    /** Names are numbered, and the next number is the longer or the greater one. */
    static final Comparator<KeyMetadata> OLDEST = Comparator.comparing(KeyMetadata::created)
            .thenComparing(key -> key.id().value().length())
            .thenComparing(key -> key.id().value());

    private final StoreContext context;
    private final RecordWriter writer;
    private final Generations generations;
    private final KeyCreation creation;

    Candidates(StoreContext context, RecordWriter writer, Generations generations, KeyCreation creation) {
        this.context = context;
        this.writer = writer;
        this.generations = generations;
        this.creation = creation;
    }

    /** A key that may hold the next generation, and whether this call made it. */
    record Candidate(StoredKey key, boolean own) {
        KeyId id() {
            return key.id();
        }
    }

    /**
     * Finds or makes a candidate of the next generation, for which a claim follows that decides between contenders.
     *
     * @param emergencyFor the compromised key that it replaces; then none that was made for another purpose will do
     * @return the candidate; empty if another instance has rotated meanwhile
     */
    Optional<Candidate> find(RingView view, RingPosition next, KeySpec spec, Optional<KeyMetadata> emergencyFor) {
        return find(view, next, spec, emergencyFor, false);
    }

    /** As {@link #find}, where no claim follows yet: contenders agree on the oldest candidate. */
    Optional<Candidate> agree(RingView view, RingPosition next, KeySpec spec, Optional<KeyMetadata> emergencyFor) {
        return find(view, next, spec, emergencyFor, true);
    }

    private Optional<Candidate> find(
            RingView view, RingPosition next, KeySpec spec, Optional<KeyMetadata> emergencyFor, boolean agree) {
        Predicate<KeyRecord> meantForThis = record -> isMeantFor(record, emergencyFor);
        FreeNames names = null;
        for (int attempt = 0; attempt < MOST_CONTENDERS; attempt++) {
            List<StoredKey> members = context.recordsOf().members(view.ring());
            Optional<StoredKey> waiting = waiting(members, view, spec, meantForThis);
            RingView now = generations.readSince(view);
            if (now.pending().isPresent() || now.current().position().generation() >= next.generation()) {
                return Optional.empty();
            }
            try {
                if (waiting.isPresent()) {
                    return Optional.of(new Candidate(place(waiting.get(), next), false));
                }
                names = names == null ? names(view, next, members) : names;
                Optional<Candidate> made = make(view, names, next, spec, emergencyFor, agree);
                if (made.isPresent()) {
                    return made;
                }
            } catch (KeyExistsException e) {
                LOG.debug("Another instance made a key of that name a moment ago: most likely the candidate.", e);
            } catch (KeyNotFoundException e) {
                LOG.debug("Another instance discarded its candidate a moment ago: the ring has moved on.", e);
            }
        }
        throw new KeyExistsException(
                "No name is free for the next key of the ring '" + view.ring() + "' in " + context.location() + ".");
    }

    private static boolean isMeantFor(KeyRecord record, Optional<KeyMetadata> compromised) {
        return compromised
                .map(key -> record.emergencyFor()
                        .filter(named -> named.equals(key.fingerprint())
                                || named.equals(key.id().value()))
                        .isPresent())
                .orElse(true);
    }

    private Optional<Candidate> make(
            RingView view,
            FreeNames names,
            RingPosition next,
            KeySpec spec,
            Optional<KeyMetadata> emergencyFor,
            boolean agree) {
        if (electsCreator() && !mayCreate(view)) {
            return Optional.empty();
        }
        StoredKey own = creation.createCandidate(names, next, spec, emergencyFor);
        if (!agree) {
            return Optional.of(new Candidate(own, true));
        }
        List<StoredKey> members = context.recordsOf().members(view.ring());
        Optional<StoredKey> first = waiting(members, view, spec, record -> isMeantFor(record, emergencyFor));
        if (first.filter(key -> !key.id().equals(own.id())).isEmpty()) {
            return Optional.of(new Candidate(own, true));
        }
        generations.removeCandidate(own.id(), Optional.empty()); // another instance was faster, under another name
        return Optional.empty();
    }

    /** The candidate that all contenders agree on: the first that was made. */
    private Optional<StoredKey> waiting(
            List<StoredKey> members, RingView view, KeySpec spec, Predicate<KeyRecord> meantForThis) {
        Comparator<StoredKey> oldest =
                Comparator.comparing(key -> context.judge().snapshot(key).metadata(), OLDEST);
        return members.stream()
                .filter(key -> isWaiting(key, view))
                .filter(key -> context.judge().problem(key).isEmpty())
                .filter(key -> context.judge().snapshot(key).metadata().spec() == spec)
                .filter(key -> meantForThis.test(context.judge().record(key)))
                .filter(key ->
                        endsAfter(context.judge().record(key).attributes().signUntil(), context.now()))
                .min(oldest);
    }

    private boolean isWaiting(StoredKey key, RingView view) {
        KeyRecord record = context.judge().record(key);
        KeyAttributes attributes = record.attributes();
        return attributes.state() == KeyState.PRE_ACTIVE
                && !record.withdrawn()
                && record.held().isEmpty()
                && attributes.ring().filter(at -> at.ring().equals(view.ring())).isPresent()
                && !view.isHolder(key.id());
    }

    static boolean endsAfter(Optional<Instant> end, Instant now) {
        return end.filter(until -> !now.isBefore(until)).isEmpty();
    }

    /** Where names are the ring's own there is nothing to choose; elsewhere known ids, and the month of the current key, say where to begin. */
    private FreeNames names(RingView view, RingPosition next, List<StoredKey> members) {
        Set<KeyId> taken = new HashSet<>(view.holders());
        members.forEach(key -> taken.add(key.id()));
        FreeNames names = new FreeNames(context, view.ring().value(), taken);
        boolean idsAreNames = taken.stream().allMatch(id -> id.equals(parseName(id)));
        boolean sameMonth = Optional.ofNullable(view.read().get(view.current().holder()))
                .map(key -> context.judge().record(key).attributes().created())
                .filter(made -> month(made).equals(month(context.now())))
                .isPresent();
        return !idsAreNames && sameMonth ? names.from((int) Math.min(next.generation(), 1_000)) : names;
    }

    private KeyId parseName(KeyId id) {
        try {
            return context.backend().parse(new KeyName(id.value()).value());
        } catch (dev.chancery.error.ConfigurationException e) {
            return new KeyId("-");
        }
    }

    private static YearMonth month(Instant instant) {
        return YearMonth.from(instant.atZone(ZoneOffset.UTC));
    }

    /** Only while it waits: by now it may hold a generation, this one or another. */
    StoredKey place(StoredKey key, RingPosition position) {
        KeyRecord standing = context.judge().record(key);
        RecordWriter.Change change = record -> record.attributes().state() != KeyState.PRE_ACTIVE
                ? record
                : record.with(attributes -> attributes.ring(position));
        if (change.apply(standing).equals(standing)) {
            return key;
        }
        return context.steps()
                .change(
                        OperationType.UPDATE,
                        key.id(),
                        () -> new Steps.Changed(
                                writer.change(key, context.ticks(), change),
                                Optional.of(standing.attributes().state())))
                .key();
    }

    /** @throws KeyStateException if a key cannot be made current, and why */
    void requireCandidate(StoredKey stored, RingView view) {
        KeyMetadata key = context.judge().snapshot(stored).metadata();
        boolean member = key.ring().filter(at -> at.ring().equals(view.ring())).isPresent();
        if (!member || !isWaiting(stored, view)) {
            throw new KeyStateException("Key " + key.id() + " in " + context.location()
                    + " cannot become the current key of '"
                    + view.ring() + "': it is " + key.state() + (member ? "" : " and not of this ring")
                    + ". Only a PRE_ACTIVE key of the ring can; `chancery rotate " + view.ring() + "` makes one.");
        }
        if (!endsAfter(key.signUntil(), context.now())) {
            throw new KeyStateException("Key " + key.id() + " in " + context.location()
                    + " cannot become the current key of '" + view.ring() + "': its signing period ended at "
                    + key.signUntil().get() + " while it waited. Destroy it; `chancery rotate " + view.ring()
                    + "` makes another.");
        }
    }

    // --- places where each contender would add a version to the ring's own name: one that stays, or whose record is in
    // the way of the others'

    private boolean electsCreator() {
        return context.traits().names() == Names.RING
                && context.abilities().claimsGenerations().isEmpty();
    }

    /**
     * Elects who makes the next key, by a right that is written into the current key's record and ends by itself. A loser waits, and finds the winner's
     * key when it looks again.
     */
    private boolean mayCreate(RingView view) {
        String me = randomName();
        Duration settle = context.traits().settle();
        Instant until = context.now().plus(LONGEST_CREATION).plus(settle.multipliedBy(2));
        KeyId current = view.current().holder();
        var unused = context.steps().change(OperationType.UPDATE, current, () -> {
            StoredKey changed = writer.change(
                    current,
                    record -> isHeldByAnother(record, me)
                            ? record
                            : record.toBuilder()
                                    .rotating(Optional.of(new Rotating(me, until)))
                                    .build());
            return new Steps.Changed(
                    changed,
                    Optional.of(context.judge().record(changed).attributes().state()));
        });
        context.pause(settle);
        boolean mine = context.judge()
                .record(context.require(current))
                .rotating()
                .filter(right -> right.who().equals(me))
                .isPresent();
        if (!mine) {
            context.pause(settle.isZero() ? Duration.ofSeconds(1) : settle);
        }
        return mine;
    }

    private boolean isHeldByAnother(KeyRecord record, String me) {
        return record.rotating()
                .filter(right -> !right.who().equals(me) && context.now().isBefore(right.until()))
                .isPresent();
    }

    private static String randomName() {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
