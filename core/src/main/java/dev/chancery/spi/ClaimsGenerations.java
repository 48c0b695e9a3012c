package dev.chancery.spi;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import java.util.List;
import java.util.Optional;

/**
 * The ability to claim a generation of a ring for one key atomically: of many who try, in one process or in several, the place lets one succeed, and
 * a claim never changes. Thread-safe.
 */
public interface ClaimsGenerations {
    /**
     * Claims a generation, once and for all.
     *
     * @param position ring and generation
     * @param candidate the key that would hold it
     * @return the claim that stands now: the candidate's, or that of the key that came first
     * @throws dev.chancery.error.KeyNotFoundException if the candidate is not there (any more)
     */
    Claim claim(RingPosition position, KeyId candidate);

    /**
     * The claims of a ring.
     *
     * @param ring the ring's name
     * @return the claims, highest generation first; empty if there is no such ring
     */
    List<Claim> claims(KeyName ring);

    /**
     * Which key holds a generation, in one look that does not list the store.
     *
     * @param position ring and generation
     * @return the key, or empty if no key holds it
     */
    Optional<KeyId> holder(RingPosition position);
}
