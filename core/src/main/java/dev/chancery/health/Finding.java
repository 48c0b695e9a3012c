package dev.chancery.health;

import java.util.Optional;

/**
 * What one check has found.
 *
 * @param subject what was looked at
 * @param check the check's name, a few words; the same for each subject
 * @param status how it was found
 * @param detail sentences for a person: what was seen, and what to do about it; holds no secret
 * @param mend the command that mends it; empty for what is in order, or what no one command mends
 */
public record Finding(Subject subject, String check, HealthStatus status, String detail, Optional<String> mend) {

    /**
     * About the store as a whole, with nothing to mend.
     *
     * @param check the check's name
     * @param status how it was found
     * @param detail what was seen
     */
    public Finding(String check, HealthStatus status, String detail) {
        this(Subject.STORE, check, status, detail, Optional.empty());
    }

    /**
     * The same about something else.
     *
     * @param other what was looked at
     * @return a changed copy
     */
    public Finding withSubject(Subject other) {
        return new Finding(other, check, status, detail, mend);
    }

    /**
     * The same with the command that mends it.
     *
     * @param command a line for a shell
     * @return a changed copy
     */
    public Finding withMend(String command) {
        return withMend(Optional.of(command));
    }

    /**
     * The same with the command that mends it, where there is one.
     *
     * @param command a line for a shell, or empty
     * @return a changed copy
     */
    public Finding withMend(Optional<String> command) {
        return new Finding(subject, check, status, detail, command);
    }
}
