package dev.chancery.spi.support;

import dev.chancery.error.StoreUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a remote place: each waits for its turn under a cap and a rate, has one deadline for its turn and all its attempts, and is made again
 * while the place throttles, as fast as the place was seen to grant. A thread that is interrupted makes its call all the same, and stays interrupted:
 * clients of places give up on such a thread, and who interrupts it before the call does not mean the call. Thread-safe.
 */
public final class PacedCalls implements AutoCloseable {
    private static final int FIRST_PAUSE = 100;
    private static final int LONGEST_PAUSE = 400;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String location;
    private final String quota;
    private final int cap;
    private final InFlight inFlight;
    private final Optional<Double> perSecond;
    private final Map<String, Double> documented;
    private volatile boolean closed;

    /**
     * Makes the calls of one open store.
     *
     * @param location the store, for errors
     * @param quota what the place counts together, in any words; all stores of this process that say the same share what they learn
     * @param cap how many calls may be on their way at once
     * @param perSecond how many calls a second there may be, or empty for what the place grants
     * @param documented how many calls a second of a kind the place's documents promise; they hold once it throttles such calls
     */
    public PacedCalls(
            String location, String quota, int cap, Optional<Double> perSecond, Map<String, Double> documented) {
        this.location = location;
        this.quota = quota;
        this.cap = cap;
        this.inFlight = new InFlight(cap);
        this.perSecond = perSecond;
        this.documented = Map.copyOf(documented);
    }

    /**
     * Makes a call until the place does not throttle it, or there is no time left.
     *
     * @param <T> what the call answers
     * @param what what is tried, for errors, the beginning of a sentence: "Signing with key …"
     * @param operation the kind of call; a place has a quota for each
     * @param deadline when to give up
     * @param throttled how long the place asks to be left alone, where a failure says that there are too many calls; zero if it does not say
     * @param call the call, made on the caller's thread
     * @return the call's answer
     * @throws StoreUnavailableException with a time to wait, if no turn came; without, if the calls are closed, be it meanwhile
     * @throws RuntimeException what the last call threw
     */
    public <T> T call(
            String what,
            String operation,
            Deadline deadline,
            Function<RuntimeException, Optional<Duration>> throttled,
            Supplier<T> call) {
        RateLimit learned = RateLimit.learned(
                quota + " " + operation, documented.getOrDefault(operation, Double.POSITIVE_INFINITY));
        if (closed) {
            throw closedMeanwhile(what, null);
        }
        for (int pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            perSecond.ifPresent(most -> takeTurn(
                    what,
                    deadline,
                    RateLimit.shared(quota, most),
                    "the rate of " + most + " calls a second is used up"));
            takeTurn(what, deadline, learned, "the place throttles such calls");
            try {
                T answer = inFlight.call(
                        deadline,
                        () -> callUninterrupted(call),
                        () -> busy(what, cap + " calls are on their way already"));
                learned.granted();
                return answer;
            } catch (RuntimeException e) {
                if (closed) {
                    throw closedMeanwhile(what, e);
                }
                Duration asked = throttled.apply(e).orElseThrow(() -> e);
                learned.refused();
                Throttling.note(location, operation);
                Duration own = Duration.ofMillis(
                        pause / 2 + ThreadLocalRandom.current().nextInt(pause / 2 + 1));
                Duration wait = asked.compareTo(own) > 0 ? asked : own;
                if (wait.compareTo(deadline.left()) >= 0
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                deadline.sleep(wait);
            }
        }
    }

    private static <T> T callUninterrupted(Supplier<T> call) {
        boolean interrupted = Thread.interrupted();
        try {
            return call.get();
        } catch (RuntimeException e) {
            interrupted |= Causes.include(e, InterruptedException.class);
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void takeTurn(String what, Deadline deadline, RateLimit limit, String why) {
        deadline.sleep(limit.take(deadline.left()).orElseThrow(() -> busy(what, why)));
    }

    private StoreUnavailableException busy(String what, String why) {
        return new StoreUnavailableException(
                what + " in " + location + " was not begun: " + why
                        + ", and no turn came before the deadline. Send less at once, or raise the limit in the URI.",
                null,
                RETRY_AFTER);
    }

    private StoreUnavailableException closedMeanwhile(String what, @Nullable RuntimeException e) {
        return new StoreUnavailableException(
                what + " in " + location + " failed: the store was closed meanwhile. Open it again.", e);
    }

    /** Lets no more calls through, and tells of those that fail from now on that the store was closed. */
    @Override
    public void close() {
        closed = true;
    }
}
