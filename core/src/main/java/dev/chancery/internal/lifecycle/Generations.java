package dev.chancery.internal.lifecycle;

import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import java.util.Optional;

/** Who holds the generations of rings: the place where it claims atomically, an election by core elsewhere. */
public sealed interface Generations permits ClaimedGenerations, ElectedGenerations {
    /** The one that fits a store's abilities. */
    static Generations of(StoreContext context, RecordWriter writer) {
        return context.abilities().claimsGenerations().isPresent()
                ? new ClaimedGenerations(context)
                : new ElectedGenerations(context, writer);
    }

    /** The ring as it is now; without claims where there is none. */
    RingView read(KeyName ring);

    /** What has come to a ring since it was read, in one look where nothing has. */
    RingView readSince(RingView known);

    /**
     * Claims a generation for a key.
     *
     * @return who holds it now
     */
    Claim claim(RingPosition position, KeyId candidate);

    /** Whether a claim alone makes a key current; elsewhere its activation does. */
    boolean claimPromotes();

    /**
     * Removes a candidate that never signed, unless a generation is claimed for it.
     *
     * @param lost a generation that was claimed for it and that another key holds: that claim does not count
     */
    void removeCandidate(KeyId id, Optional<RingPosition> lost);
}
