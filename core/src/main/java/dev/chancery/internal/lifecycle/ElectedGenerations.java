package dev.chancery.internal.lifecycle;

import dev.chancery.Capability;
import dev.chancery.error.KeyStateException;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Generations where the place cannot compare and set: a contender writes its claim into its candidate's record, waits until every reader sees
 * it, reads what stands, and the winner is activated; the activation makes it current.
 *
 * <pre>
 *   A: claim(2) ── settle ── reads A, B: A is first ── activates A
 *   B:   claim(2) ── settle ── reads A, B: A is first ── withdraws B
 * </pre>
 *
 * <p>Of one generation an activated key precedes one that only claims, then the earlier signFrom, then the older key, then the id: so two that were
 * activated at once, each by a contender that could not see the other, are put in order by every reader alike. Both stay members, so that each
 * signature that was handed out has its verifier.
 */
final class ElectedGenerations implements Generations {
    private final StoreContext context;
    private final RecordWriter writer;

    ElectedGenerations(StoreContext context, RecordWriter writer) {
        this.context = context;
        this.writer = writer;
    }

    /** A key's claim to one generation. */
    private record Contender(RingPosition position, KeyId id, KeyAttributes attributes) {
        static final Comparator<Contender> ORDER = Comparator.comparing(
                        (Contender contender) -> !contender.isActivated())
                .thenComparing(contender -> contender.attributes.signFrom().orElse(Instant.MAX))
                .thenComparing(contender -> contender.attributes.created())
                .thenComparing(contender -> contender.id.value());

        boolean isActivated() {
            KeyState state = attributes.state();
            return attributes
                            .ring()
                            .filter(at -> at.ring().equals(position.ring()))
                            .isPresent()
                    && (attributes.signFrom().isPresent()
                            || state == KeyState.ACTIVE
                            || state == KeyState.SUSPENDED
                            || state == KeyState.DEACTIVATED);
        }

        /** A key that is adopted signed before it claimed, and is activated by its record naming the ring. */
        boolean isAdopted() {
            return attributes.ring().isEmpty() && attributes.signFrom().isPresent();
        }

        boolean isEligible() {
            return isActivated() || isAdopted() || attributes.state() == KeyState.PRE_ACTIVE;
        }

        Claim claim() {
            return new Claim(position, id);
        }
    }

    @Override
    public RingView read(KeyName ring) {
        long started = context.ticks();
        Map<KeyId, StoredKey> read = new HashMap<>();
        context.recordsOf().members(ring).forEach(key -> read.put(key.id(), key));
        List<Contender> contenders = new ArrayList<>(read.values().stream()
                .flatMap(key -> contenders(key, ring))
                .sorted(Comparator.comparing(
                                (Contender contender) -> -contender.position().generation())
                        .thenComparing(Contender.ORDER))
                .toList());
        List<Claim> claims = contenders.stream()
                .filter(Contender::isActivated)
                .map(Contender::claim)
                .toList();
        long top = claims.isEmpty() ? 0 : claims.get(0).position().generation();
        Optional<Claim> pending = contenders.stream()
                .filter(contender ->
                        !contender.isActivated() && contender.position().generation() > top)
                .map(Contender::claim)
                .findFirst();
        return new RingView(ring, claims, pending, read, started);
    }

    private Stream<Contender> contenders(StoredKey key, KeyName ring) {
        KeyRecord record = context.judge().record(key);
        return record.withdrawn()
                ? Stream.empty()
                : record.held().stream()
                        .filter(position -> position.ring().equals(ring))
                        .map(position -> new Contender(position, key.id(), record.attributes()))
                        .filter(Contender::isEligible);
    }

    @Override
    public RingView readSince(RingView known) {
        return read(known.ring());
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return context.steps().claim(position, candidate, () -> {
            var unused = writer.change(candidate, record -> addClaim(record, position, candidate));
            context.pause(context.traits().settle());
            RingView now = read(position.ring());
            return Stream.concat(now.claims().stream(), now.pending().stream())
                    .filter(claim -> claim.position().equals(position))
                    .findFirst()
                    .orElse(new Claim(position, candidate));
        });
    }

    private KeyRecord addClaim(KeyRecord record, RingPosition position, KeyId candidate) {
        if (record.withdrawn()) {
            throw new KeyStateException("Key " + candidate + " in " + context.location()
                    + " is on its way out and holds no generation. Rotate with another key.");
        }
        if (record.held().contains(position)) {
            return record;
        }
        List<RingPosition> held = new ArrayList<>(record.held());
        held.add(position);
        return record.toBuilder().held(held).build();
    }

    @Override
    public boolean claimPromotes() {
        return false;
    }

    /** A claim beats a withdrawal: a contender that had read the candidate before may have claimed or activated it meanwhile. */
    @Override
    public void removeCandidate(KeyId id, Optional<RingPosition> lost) {
        var makes = context.ability(context.abilities().makesKeys(), Capability.GENERATE);
        context.steps().removeCandidate(id, () -> {
            var unused = writer.change(id, record -> withdraw(record, lost));
            context.pause(context.traits().settle());
            if (mayGo(context.judge().record(context.require(id)), lost)) {
                makes.removeCandidate(id);
            } else {
                unused = writer.change(
                        id, record -> record.toBuilder().withdrawn(false).build());
            }
        });
    }

    private static KeyRecord withdraw(KeyRecord record, Optional<RingPosition> lost) {
        return record.toBuilder().withdrawn(mayGo(record, lost)).build();
    }

    private static boolean mayGo(KeyRecord record, Optional<RingPosition> lost) {
        return record.attributes().state() == KeyState.PRE_ACTIVE
                && record.held().stream().allMatch(position -> lost.equals(Optional.of(position)));
    }
}
