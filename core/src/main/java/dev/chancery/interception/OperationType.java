package dev.chancery.interception;

import dev.chancery.key.KeyState;
import java.util.Optional;

/** The kinds of {@link Operation}. */
public enum OperationType {
    /** One key signs, one message or several. */
    SIGN,
    /** A signature is verified, by one key or by a ring. */
    VERIFY,
    /** A key is made. */
    GENERATE,
    /** A key that was made elsewhere is taken in. */
    IMPORT,
    /** A generation of a ring is claimed for a key, which makes it the current one. */
    PROMOTE,
    /** A waiting or new key becomes active. */
    ACTIVATE,
    /** A key is put on hold. */
    SUSPEND,
    /** A key on hold goes back into service. */
    RESUME,
    /** A key stops signing for good. */
    DEACTIVATE,
    /** A key is marked as compromised. As a whole: and replaced. */
    COMPROMISE,
    /** A private key is destroyed. */
    DESTROY,
    /** Dates, ring, labels or the confirmed fingerprint of a key change, and its state perhaps with them. */
    UPDATE,
    /** A candidate that never signed is removed. */
    DISCARD,
    /** A private key is written again in a stronger form. */
    REENCRYPT,
    /** A backup of a key is handed out that only its place can read. */
    BACK_UP,
    /** What the place or its hardware states about a key is handed out. */
    ATTEST,
    /** A ring gets its next key, if it is due. Its steps are operations of their own. */
    ROTATE,
    /** Keys that are there become a ring. Its steps are operations of their own. */
    ADOPT,
    /** A store's health is looked at. Its test signatures are operations of their own. */
    HEALTH;

    /**
     * What a person would call a change of state.
     *
     * @param to the new state
     * @param before the state before, as far as it is known
     * @return the kind of operation
     */
    public static OperationType of(KeyState to, Optional<KeyState> before) {
        return switch (to) {
            case PRE_ACTIVE -> UPDATE;
            case ACTIVE -> before.filter(KeyState.SUSPENDED::equals).isPresent() ? RESUME : ACTIVATE;
            case SUSPENDED -> SUSPEND;
            case DEACTIVATED -> DEACTIVATE;
            case COMPROMISED -> COMPROMISE;
            case DESTROYED -> DESTROY;
        };
    }

    /**
     * Whether this is a use of a key, which happens often, or a change of its life, which does not.
     *
     * @return {@code true} for {@link #SIGN} and {@link #VERIFY}
     */
    public boolean isUse() {
        return this == SIGN || this == VERIFY;
    }
}
