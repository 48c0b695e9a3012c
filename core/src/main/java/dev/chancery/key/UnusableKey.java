package dev.chancery.key;

import dev.chancery.algorithm.KeySpec;
import java.util.Optional;

/**
 * A key that is in the store and must not be used: of an unsupported kind, or damaged. Listed so that its owner does not overlook it.
 *
 * @param id what the store calls the key
 * @param problem what keeps it from being used
 * @param reason why, in a sentence that names the file or attribute at fault
 * @param mend the command that mends it, a line for a shell; empty if no one command does
 */
public record UnusableKey(KeyId id, Problem problem, String reason, Optional<String> mend) {

    /**
     * A key that no one command mends.
     *
     * @param id what the store calls the key
     * @param problem what keeps it from being used
     * @param reason why, in a sentence that names the file or attribute at fault
     */
    public UnusableKey(KeyId id, Problem problem, String reason) {
        this(id, problem, reason, Optional.empty());
    }

    /** Why a key must not be used. */
    public enum Problem {
        /** Sound, but of a kind outside {@link KeySpec}. */
        UNSUPPORTED,
        /** Its parts contradict each other, or cannot be read. */
        DAMAGED,
        /** Out of reach as things are: files open to others, a passphrase or a public half missing. The reason says what to do. */
        INACCESSIBLE
    }
}
