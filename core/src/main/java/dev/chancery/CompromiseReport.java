package dev.chancery;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import java.util.List;
import java.util.Optional;

/**
 * What was done about a compromised key, and what is left to do. Calling {@link KeyStore#compromise} again resumes what
 * failed.
 *
 * @param key the compromised key
 * @param since the mark that stands now; the earlier of this call's and any before
 * @param replacement the ring's current key now, or empty where the key has no ring or no new key could be promoted
 * @param steps what was tried, in order
 * @param leftToDo what a person has to do, each a whole sentence
 */
public record CompromiseReport(
        KeyId key, CompromisedSince since, Optional<KeyId> replacement, List<Step> steps, List<String> leftToDo) {

    /** Copies the lists. */
    public CompromiseReport {
        steps = List.copyOf(steps);
        leftToDo = List.copyOf(leftToDo);
    }

    /**
     * One step.
     *
     * @param what what was tried
     * @param done whether it is done, now or by an earlier call
     * @param detail what came of it, or why it failed
     */
    public record Step(String what, boolean done, String detail) {}

    /**
     * Whether every step is done.
     *
     * @return {@code false} if calling again could do more
     */
    public boolean isComplete() {
        return steps.stream().allMatch(Step::done);
    }
}
