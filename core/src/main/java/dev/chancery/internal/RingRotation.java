package dev.chancery.internal;

import dev.chancery.Capability;
import dev.chancery.ChanceryException;
import dev.chancery.ConfigurationException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyEvent;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.Keyring;
import dev.chancery.RingPosition;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a ring gets its next key: create, publish, promote, overlap. The claim of the next generation is the promotion; what
 * the states say afterwards is its record, the new key's {@code ACTIVE} last of all. So a promotion is unfinished exactly as
 * long as the current key is {@code PRE_ACTIVE}, and whoever comes next finishes it: the contender who lost, too, for else
 * the fleet's answers would differ. Each step may be repeated after a crash.
 */
final class RingRotation {
    /** Marks the key that an emergency made, so that a resumed emergency finds it. */
    static final String EMERGENCY_LABEL = "emergency-for";

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);
    private static final Duration REMOTE_OVERLAP = Duration.ofMinutes(5);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final int MOST_CONTENDERS = 1_000;

    /** Names are numbered, and the next number is the longer or the greater one. */
    private static final Comparator<KeyMetadata> OLDEST = Comparator.comparing(KeyMetadata::created)
            .thenComparing(key -> key.id().value().length())
            .thenComparing(key -> key.id().value());

    private final StoreContext context;
    private final KeyHandles handles;
    private final KeyCreation creation;
    private final Events events;
    private final Set<KeyId> warned = ConcurrentHashMap.newKeySet();

    RingRotation(StoreContext context, KeyHandles handles, KeyCreation creation, Events events) {
        this.context = context;
        this.handles = handles;
        this.creation = creation;
        this.events = events;
    }

    /** Rotates now. A promotion that a crash left unfinished is finished instead, and counts. */
    Rotation rotate(BackendKeyring ring, RotationPolicy policy) {
        return telling(ring, () -> {
            List<Claim> claims = ring.readClaims();
            requireSaneClock(read(claims.get(0).holder()));
            if (!settle(claims)) {
                KeyMetadata current = read(claims.get(0).holder());
                advance(ring, claims, nextSpec(current, policy), alarm(current));
            }
            return describe(ring, policy);
        });
    }

    /** Rotates if it is time. Safe to call by every instance of a fleet at once, as often as anybody likes. */
    Rotation rotateIfDue(BackendKeyring ring, RotationPolicy policy) {
        return telling(ring, () -> {
            List<Claim> claims = ring.readClaims();
            requireSaneClock(read(claims.get(0).holder()));
            settle(claims);
            KeyMetadata current = read(claims.get(0).holder());
            Instant due = due(current, policy);
            if (!now().isBefore(due)) {
                advance(ring, claims, nextSpec(current, policy), alarm(current));
            } else if (!now().isBefore(due.minus(policy.leadTime()))) {
                prepare(ring, claims, nextSpec(current, policy), alarm(current))
                        .filter(Candidate::own)
                        .ifPresent(candidate -> events.tell(
                                KeyEvent.Type.CREATED,
                                read(candidate.id()),
                                "Key " + candidate.id() + " waits to become the current key of the ring '" + ring.name()
                                        + "' at " + due + "."));
            } else if (!now().isBefore(policy.warnAt(since(current))) && warned.add(current.id())) {
                events.tell(
                        KeyEvent.Type.ROTATION_DUE_SOON,
                        current,
                        "The ring '" + ring.name() + "' is due for rotation at " + due + ".");
            }
            return describe(ring, policy);
        });
    }

    /** Makes a key of the ring its current one. */
    Rotation promote(BackendKeyring ring, KeyId id, RotationPolicy policy) {
        return telling(ring, () -> {
            List<Claim> claims = ring.readClaims();
            requireSaneClock(read(claims.get(0).holder()));
            settle(claims);
            if (!claims.get(0).holder().equals(id)) {
                requireCandidate(ring, read(id), claims);
                if (!claim(claims, new Candidate(id, false))) {
                    throw KeyHandle.notFound(context, id);
                }
                settle(ring.readClaims());
            }
            return describe(ring, policy);
        });
    }

    private void requireCandidate(BackendKeyring ring, KeyMetadata key, List<Claim> claims) {
        boolean member = key.ring().filter(at -> at.ring().equals(ring.name())).isPresent();
        boolean waiting = key.state() == KeyState.PRE_ACTIVE && !holders(claims).contains(key.id());
        if (!member || !waiting) {
            throw new KeyStateException("Key " + key.id() + " in " + context.location()
                    + " cannot become the current key of '"
                    + ring.name() + "': it is " + key.state() + (member ? "" : " and not of this ring")
                    + ". Only a PRE_ACTIVE key of the ring can; `chancery rotate " + ring.name() + "` makes one.");
        }
        if (!endsAfter(key.signUntil(), now())) {
            throw new KeyStateException("Key " + key.id() + " in " + context.location()
                    + " cannot become the current key of '" + ring.name() + "': its signing period ended at "
                    + key.signUntil().get() + " while it waited. Destroy it; `chancery rotate " + ring.name()
                    + "` makes another.");
        }
    }

    private static boolean endsAfter(Optional<Instant> end, Instant now) {
        return end.filter(until -> !now.isBefore(until)).isEmpty();
    }

    /** Replaces a compromised current key by one that was made after the alarm. */
    KeyId replace(BackendKeyring ring, KeyMetadata compromised) {
        List<Claim> claims = ring.readClaims();
        settle(claims);
        if (claims.get(0).holder().equals(compromised.id())) {
            advance(ring, claims, compromised.spec(), Optional.of(compromised.id()));
        }
        ring.reload();
        return ring.currentId();
    }

    /** Makes the first key of a ring its current one; a later one waits, PRE_ACTIVE, for its rotation. */
    void join(RingPosition position, KeyId id) {
        if (position.generation() == 1) {
            Claim standing = context.backend().claim(position, id);
            if (standing.holder().equals(id)) {
                activate(standing);
            } else {
                place(id, new RingPosition(position.ring(), 2));
            }
        }
    }

    // --- the phases

    /** A key that may hold the next generation, and whether this call made it. */
    private record Candidate(KeyId id, boolean own) {}

    private void advance(BackendKeyring ring, List<Claim> claims, KeySpec spec, Optional<KeyId> emergencyFor) {
        boolean decided = false;
        while (!decided) {
            Optional<Candidate> candidate = prepare(ring, claims, spec, emergencyFor);
            decided = candidate.isEmpty() || claim(claims, candidate.get());
        }
        settle(ring.readClaims());
    }

    /** Create and publish: finds or makes the candidate; empty if another instance has rotated meanwhile. */
    private Optional<Candidate> prepare(
            BackendKeyring ring, List<Claim> claims, KeySpec spec, Optional<KeyId> emergencyFor) {
        RingPosition next =
                new RingPosition(ring.name(), claims.get(0).position().generation() + 1);
        FreeNames names = new FreeNames(context, ring.name().value());
        for (int attempt = 0; attempt < MOST_CONTENDERS; attempt++) {
            Optional<KeyId> waiting = waiting(ring, claims, spec, emergencyFor);
            if (ring.readClaims().get(0).position().generation() >= next.generation()) {
                return Optional.empty();
            }
            try {
                if (waiting.isPresent()) {
                    place(waiting.get(), next);
                    return Optional.of(new Candidate(waiting.get(), false));
                }
                KeyId own = creation.createCandidate(names, next, spec, emergencyFor);
                Optional<KeyId> first = waiting(ring, claims, spec, emergencyFor);
                if (first.filter(id -> !id.equals(own)).isEmpty()) {
                    return Optional.of(new Candidate(own, true));
                }
                context.backend().discard(own); // another instance was faster, under another name
            } catch (KeyExistsException e) {
                LOG.debug("Another instance made a key of that name a moment ago: most likely the candidate.", e);
            } catch (KeyNotFoundException e) {
                LOG.debug("Another instance discarded its candidate a moment ago: the ring has moved on.", e);
            }
        }
        throw new KeyExistsException(
                "No name is free for the next key of the ring '" + ring.name() + "' in " + context.location() + ".");
    }

    /** The candidate that all contenders agree on: the first that was made. */
    private Optional<KeyId> waiting(
            BackendKeyring ring, List<Claim> claims, KeySpec spec, Optional<KeyId> emergencyFor) {
        Set<KeyId> holders = holders(claims);
        Predicate<KeyMetadata> meantForThis = key -> emergencyFor
                .map(id -> id.value().equals(key.attributes().labels().get(EMERGENCY_LABEL)))
                .orElse(true);
        try (Stream<StoredKey> keys = context.backend().list()) {
            return keys.filter(key -> isWaiting(key, ring.name(), holders))
                    .map(key -> KeyHandle.snapshot(key, context).metadata())
                    .filter(key -> key.spec() == spec)
                    .filter(meantForThis)
                    .filter(key -> endsAfter(key.signUntil(), now()))
                    .min(OLDEST)
                    .map(KeyMetadata::id);
        }
    }

    private static boolean isWaiting(StoredKey key, KeyName ring, Set<KeyId> holders) {
        return key instanceof StoredKey.Sound sound
                && sound.attributes().state() == KeyState.PRE_ACTIVE
                && sound.attributes()
                        .ring()
                        .filter(at -> at.ring().equals(ring))
                        .isPresent()
                && !holders.contains(sound.id());
    }

    /**
     * Promote: the claim decides; a loser disposes of its own candidate only.
     *
     * @return whether the generation has a holder; if not, the candidate's maker had discarded it
     */
    private boolean claim(List<Claim> claims, Candidate candidate) {
        Claim current = claims.get(0);
        RingPosition next =
                new RingPosition(current.position().ring(), current.position().generation() + 1);
        try {
            Claim standing = context.backend().claim(next, candidate.id());
            if (candidate.own() && !standing.holder().equals(candidate.id())) {
                context.backend().discard(candidate.id());
            }
            return true;
        } catch (KeyNotFoundException e) {
            LOG.debug("Another instance discarded its candidate a moment ago: the ring has moved on.", e);
            return false;
        }
    }

    private void activate(Claim claim) {
        Instant now = now();
        boolean[] activated = new boolean[1];
        KeyMetadata key = changed(claim.holder(), attributes -> {
            activated[0] = attributes.state() == KeyState.PRE_ACTIVE;
            return activated[0] ? active(attributes, claim.position(), now) : attributes;
        });
        if (activated[0] && claim.position().generation() > 1) {
            events.tell(
                    KeyEvent.Type.ROTATED,
                    key,
                    "The ring '" + claim.position().ring() + "' now signs with " + key.id() + ", generation "
                            + claim.position().generation() + ".");
        }
    }

    private static KeyAttributes active(KeyAttributes waiting, RingPosition position, Instant now) {
        KeyAttributes.Builder active = waiting.toBuilder()
                .state(
                        KeyState.ACTIVE,
                        now,
                        "current key of the ring " + position.ring() + ", generation " + position.generation())
                .ring(position);
        if (endsAfter(waiting.signUntil(), now)) {
            active.signFrom(now); // else a crash left the claim so long ago that the key never signs
        }
        return active.build();
    }

    /** Overlap: the old key signs on for as long as other instances may not have noticed, and is then retired. */
    private void retire(Claim old) {
        Instant now = now();
        boolean[] retired = new boolean[1];
        long successor = old.position().generation() + 1;
        KeyMetadata key = changed(old.holder(), attributes -> {
            retired[0] = false;
            if (attributes.state() != KeyState.ACTIVE) {
                return attributes;
            }
            Instant end = endOfOverlap(attributes, now);
            KeyAttributes.Builder changed = attributes.toBuilder().signUntil(end);
            retired[0] = !now.isBefore(end);
            if (retired[0]) {
                changed.state(KeyState.DEACTIVATED, now, "rotated: generation " + successor + " is current");
            }
            return changed.build();
        });
        if (retired[0]) {
            events.tell(
                    KeyEvent.Type.STATE_CHANGED,
                    key,
                    "Key " + key.id() + " went from ACTIVE to DEACTIVATED: generation " + successor + " of its ring is"
                            + " current.");
        }
    }

    private Instant endOfOverlap(KeyAttributes attributes, Instant now) {
        Instant until = now.plus(overlap());
        Instant end = attributes.signUntil().filter(until::isAfter).orElse(until);
        // It may have become current a moment ago by the clock of a faster machine.
        return attributes
                .signFrom()
                .map(from -> from.plusSeconds(1))
                .filter(end::isBefore)
                .orElse(end);
    }

    /**
     * Completes what promotions before this one left: by a crash, or because the overlap was not over.
     *
     * @return whether the last promotion was unfinished
     */
    private boolean settle(List<Claim> claims) {
        Claim top = claims.get(0);
        boolean unfinished = read(top.holder()).state() == KeyState.PRE_ACTIVE;
        for (Claim old : claims.subList(1, claims.size())) {
            if (isActive(old.holder())) {
                retire(old);
            }
        }
        if (unfinished) {
            activate(top);
        }
        return unfinished;
    }

    /** Only while it waits: by now it may hold a generation, this one or another. */
    private void place(KeyId id, RingPosition position) {
        context.backend()
                .update(
                        id,
                        attributes -> attributes.state() != KeyState.PRE_ACTIVE
                                        || attributes
                                                .ring()
                                                .filter(position::equals)
                                                .isPresent()
                                ? attributes
                                : attributes.toBuilder().ring(position).build());
    }

    // --- what the phases know

    /** Long enough for every other instance, whatever this one's own time to live. */
    private Duration overlap() {
        Duration ttl = longer(context.stateTtl(), context.backend().stateTtl());
        boolean local = context.backend().capabilities().contains(Capability.LOCAL_SIGNING);
        return longer(ttl.multipliedBy(2), local ? Duration.ZERO : REMOTE_OVERLAP);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private Instant due(KeyMetadata current, RotationPolicy policy) {
        if (current.state() != KeyState.ACTIVE && current.state() != KeyState.SUSPENDED) {
            return Instant.MIN; // it will never sign again: whatever the period says, the ring needs another
        }
        Instant byPeriod = policy.dueAt(since(current));
        return current.signUntil().filter(byPeriod::isAfter).orElse(byPeriod);
    }

    private static Instant since(KeyMetadata key) {
        return key.signFrom().orElse(key.created());
    }

    private static KeySpec nextSpec(KeyMetadata current, RotationPolicy policy) {
        return policy.nextSpec().orElse(current.spec());
    }

    /** A compromised key is not followed by a candidate from before the alarm, whoever rotates. */
    private static Optional<KeyId> alarm(KeyMetadata current) {
        return current.compromisedSince().isPresent() ? Optional.of(current.id()) : Optional.empty();
    }

    private Rotation describe(BackendKeyring ring, RotationPolicy policy) {
        ring.reload();
        List<Claim> claims = ring.readClaims();
        KeyMetadata current = read(claims.get(0).holder());
        return new Rotation(
                ring.name(),
                claims.get(0).position().generation(),
                current.id(),
                claims.size() > 1 ? Optional.of(claims.get(1).holder()) : Optional.empty(),
                since(current),
                policy.dueAt(since(current)));
    }

    /** A clock that was set back would rotate nothing for a year, or date a key before its predecessor. */
    private void requireSaneClock(KeyMetadata current) {
        if (now().plus(CLOCK_SKEW).isBefore(since(current))) {
            throw new ConfigurationException("This machine's clock says " + now() + ", but key " + current.id() + " in "
                    + context.location() + " became current at " + since(current)
                    + ". Nothing was changed: set the clock right.");
        }
    }

    private static Set<KeyId> holders(List<Claim> claims) {
        return claims.stream().map(Claim::holder).collect(Collectors.toSet());
    }

    private KeyMetadata read(KeyId id) {
        StoredKey stored = context.backend().find(id).orElseThrow(() -> KeyHandle.notFound(context, id));
        return KeyHandle.snapshot(stored, context).metadata();
    }

    /** An old key that is damaged or gone must not keep the ring from rotating. */
    private boolean isActive(KeyId id) {
        return context.backend()
                .find(id)
                .filter(key -> key instanceof StoredKey.Sound sound
                        && sound.attributes().state() == KeyState.ACTIVE)
                .isPresent();
    }

    private KeyMetadata changed(KeyId id, UnaryOperator<KeyAttributes> change) {
        return handles.get(id).change(() -> context.backend().update(id, change));
    }

    private Instant now() {
        return context.now();
    }

    private Rotation telling(BackendKeyring ring, Supplier<Rotation> rotation) {
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
