package dev.chancery.key;

import java.util.Set;

/**
 * Where a key stands in its life, in the terms of NIST SP 800-57 Part 1 Rev. 5, section 7. What each state permits is
 * decided in one place for every store; see {@code docs/architecture.md}, "States".
 */
public enum KeyState {
    /** Made, not yet in use: signs nothing but a proof of possession. */
    PRE_ACTIVE,
    /** Signs between {@code signFrom} and {@code signUntil}, and verifies. */
    ACTIVE,
    /** On hold: does not sign; still verifies, and the answer says so. */
    SUSPENDED,
    /** Retired: does not sign; verifies what it signed. */
    DEACTIVATED,
    /** No longer trusted: does not sign; verifies only what is proven older than the compromise. */
    COMPROMISED,
    /** The private half is gone; the public half goes on verifying. */
    DESTROYED;

    /**
     * Whether a key in this state signs, or can be brought to sign.
     *
     * @return {@code false} for the states from which no way leads back
     */
    public boolean maySignAgain() {
        return switch (this) {
            case PRE_ACTIVE, ACTIVE, SUSPENDED -> true;
            case DEACTIVATED, COMPROMISED, DESTROYED -> false;
        };
    }

    /**
     * The states that a key in this state can be brought into. A destroyed key that turns out to be compromised stays
     * {@code DESTROYED} and carries the mark.
     *
     * @return an unmodifiable set
     */
    public Set<KeyState> successors() {
        return switch (this) {
            case PRE_ACTIVE -> Set.of(ACTIVE, DESTROYED, COMPROMISED);
            case ACTIVE -> Set.of(SUSPENDED, DEACTIVATED, COMPROMISED);
            case SUSPENDED -> Set.of(ACTIVE, DEACTIVATED, DESTROYED, COMPROMISED);
            case DEACTIVATED -> Set.of(DESTROYED, COMPROMISED);
            case COMPROMISED -> Set.of(DESTROYED);
            case DESTROYED -> Set.of();
        };
    }
}
