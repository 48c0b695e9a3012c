package dev.chancery.testkit.faults;

import org.jspecify.annotations.Nullable;

/** What stands around each call of a backend and of its abilities. Thread-safe. */
public interface Fault {
    /**
     * Answers a call: with {@link BackendCall#answer()}, with something else, or with an exception.
     *
     * @param call the call
     * @return the answer
     */
    @Nullable
    Object answer(BackendCall call);
}
