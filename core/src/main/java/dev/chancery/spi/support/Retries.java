package dev.chancery.spi.support;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Attempts at one call, for a place whose own client knows no deadline when it waits between them: so many, with a pause that doubles, at random up to that,
 * or as long as the place asks for, never beyond the deadline. Immutable and thread-safe.
 *
 * @param attempts how many in all, 1 for none but the first
 * @param pause the longest pause before the second attempt
 */
public record Retries(int attempts, Duration pause) {

    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(4);

    /**
     * How long one attempt may take, so that there is time for another.
     *
     * @param all the time for all attempts
     * @return half of it, four seconds at most
     */
    public static Duration attemptWithin(Duration all) {
        Duration half = all.dividedBy(2);
        return LONGEST_ATTEMPT.compareTo(half) < 0 ? LONGEST_ATTEMPT : half;
    }

    /** What a failed attempt is followed by. */
    public sealed interface Next {
        /** Nothing: the failure is the call's. */
        record Stop() implements Next {}

        /**
         * Another attempt, if there is time.
         *
         * @param pause how long the place asks to be left alone, or empty
         */
        record Again(Optional<Duration> pause) implements Next {}
    }

    /**
     * Makes attempts until one succeeds, fails for good, or is the last.
     *
     * @param <T> what an attempt returns
     * @param deadline when all must be over
     * @param attempt one attempt
     * @param judge what follows a failure
     * @return what the attempt that succeeded returned
     * @throws RuntimeException what the last attempt threw
     */
    public <T> T call(Deadline deadline, Supplier<T> attempt, Function<RuntimeException, Next> judge) {
        for (int number = 1; ; number++) {
            try {
                return attempt.get();
            } catch (RuntimeException e) {
                int made = number;
                Optional<Duration> wait = made < attempts && judge.apply(e) instanceof Next.Again again
                        ? Optional.of(again.pause().orElseGet(() -> jitter(made)))
                        : Optional.empty();
                boolean inTime = wait.filter(pause -> pause.compareTo(deadline.left()) < 0)
                        .isPresent();
                if (!inTime || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                deadline.sleep(wait.get());
            }
        }
    }

    private Duration jitter(int made) {
        long most = pause.multipliedBy(1L << (made - 1)).toNanos();
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most + 1));
    }
}
