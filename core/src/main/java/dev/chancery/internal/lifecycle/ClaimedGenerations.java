package dev.chancery.internal.lifecycle;

import dev.chancery.Capability;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Generations that the place claims atomically: the claim is the promotion. */
final class ClaimedGenerations implements Generations {
    private final StoreContext context;
    private final ClaimsGenerations place;

    ClaimedGenerations(StoreContext context) {
        this.context = context;
        this.place = context.abilities().claimsGenerations().orElseThrow();
    }

    @Override
    public RingView read(KeyName ring) {
        context.requireOpen();
        long started = context.ticks();
        return view(ring, place.claims(ring), started);
    }

    /** A claim never changes, so the holder of the next generation is all that can be new. */
    @Override
    public RingView readSince(RingView known) {
        context.requireOpen();
        if (known.claims().isEmpty()) {
            return read(known.ring());
        }
        long started = context.ticks();
        List<Claim> claims = new ArrayList<>(known.claims());
        Optional<Claim> next = next(known.ring(), claims.get(0));
        while (next.isPresent()) {
            claims.add(0, next.get());
            next = next(known.ring(), next.get());
        }
        return view(known.ring(), claims, started);
    }

    private static RingView view(KeyName ring, List<Claim> claims, long started) {
        return new RingView(ring, claims, Optional.empty(), Map.of(), started);
    }

    private Optional<Claim> next(KeyName ring, Claim top) {
        RingPosition position = new RingPosition(ring, top.position().generation() + 1);
        return place.holder(position).map(holder -> new Claim(position, holder));
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return context.steps().claim(position, candidate, () -> place.claim(position, candidate));
    }

    @Override
    public boolean claimPromotes() {
        return true;
    }

    @Override
    public void removeCandidate(KeyId id, Optional<RingPosition> lost) {
        var makes = context.ability(context.abilities().makesKeys(), Capability.GENERATE);
        context.steps().removeCandidate(id, () -> makes.removeCandidate(id));
    }
}
