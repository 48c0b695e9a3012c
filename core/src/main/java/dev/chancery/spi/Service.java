package dev.chancery.spi;

import java.time.Instant;
import java.util.Optional;

/** Whether the place itself would sign with a key; the key's record does not count. */
public sealed interface Service {
    /**
     * Why the place does not sign with the key.
     *
     * @return the rest of a sentence that begins with "it", and what to do, or empty for {@link In}
     */
    Optional<String> refusal();

    /** The place signs with it. */
    record In() implements Service {
        @Override
        public Optional<String> refusal() {
            return Optional.empty();
        }
    }

    /**
     * Out of service, and it can come back: disabled, moved aside by hand, out of this process's reach.
     *
     * @param why the rest of a sentence that begins with "it", and what to do
     */
    record Out(String why) implements Service {
        @Override
        public Optional<String> refusal() {
            return Optional.of(why);
        }
    }

    /**
     * Out of service, and the private half goes for good at an instant unless the deletion is stopped.
     *
     * @param when the instant, or empty where the place does not say
     * @param why the rest of a sentence that begins with "it", and what to do
     */
    record Leaving(Optional<Instant> when, String why) implements Service {
        @Override
        public Optional<String> refusal() {
            return Optional.of(why);
        }
    }

    /**
     * No private half is there (any more).
     *
     * @param why the rest of a sentence that begins with "it", and what to do
     */
    record Gone(String why) implements Service {
        @Override
        public Optional<String> refusal() {
            return Optional.of(why);
        }
    }
}
