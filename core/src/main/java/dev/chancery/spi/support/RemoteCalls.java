package dev.chancery.spi.support;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a call to a remote place has: its turn ({@link PacedCalls}), one deadline for all that it takes, and other attempts where the place was not heard.
 * Thread-safe; it calls on the caller's thread.
 */
public final class RemoteCalls implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final PacedCalls paced;
    private final Duration longest;
    private final Retries lost;
    private final Failures failures;

    /** What the failures of a place mean. */
    public interface Failures {
        /**
         * Whether there are too many calls.
         *
         * @param e the failure
         * @return how long the place asks to be left alone, zero if it does not say; empty for another failure
         */
        Optional<Duration> throttled(RuntimeException e);

        /**
         * Whether another attempt may succeed.
         *
         * @param e the failure
         * @return what follows it
         */
        Retries.Next afterFailure(RuntimeException e);
    }

    /**
     * The time of an attempt, for clients that bound what they do.
     *
     * @param deadline when all of the call must be over: its attempts, its waits, and the credentials
     * @param longest how long an attempt may take
     */
    public record Attempt(Deadline deadline, Duration longest) {
        /**
         * How long what is done next may take.
         *
         * @return a millisecond at least, for there are clients to which no time means any
         */
        public Duration left() {
            Duration left = shorter(longest, deadline.left());
            return left.toMillis() > 0 ? left : Duration.ofMillis(1);
        }
    }

    /**
     * Makes the calls of one open store.
     *
     * @param paced gives each its turn
     * @param longest how long a call may take, with its turn, all its attempts and waits
     * @param attempts how many a call may have, 1 where the client makes others by itself
     * @param failures what the failures of the place mean
     */
    public RemoteCalls(PacedCalls paced, Duration longest, int attempts, Failures failures) {
        this.paced = paced;
        this.longest = longest;
        this.lost = new Retries(attempts, FIRST_PAUSE);
        this.failures = failures;
    }

    /**
     * Calls, for what makes no difference the second time. An attempt leaves time for another.
     *
     * @param <T> what the call answers
     * @param what what is tried, for errors, the beginning of a sentence: "Signing with key …"
     * @param operation the kind of call; a place has a quota for each
     * @param request makes an attempt
     * @return the call's answer
     * @throws RuntimeException what the last attempt threw, or {@link PacedCalls#call}
     */
    public <T> T call(String what, String operation, Function<Attempt, T> request) {
        return callBefore(Deadline.in(longest), what, operation, request);
    }

    /**
     * Like {@link #call}, for one of several calls that have one deadline.
     *
     * @param <T> what the call answers
     * @param deadline when to give up
     * @param what what is tried, for errors, the beginning of a sentence: "Signing with key …"
     * @param operation the kind of call; a place has a quota for each
     * @param request makes an attempt
     * @return the call's answer
     * @throws RuntimeException what the last attempt threw, or {@link PacedCalls#call}
     */
    public <T> T callBefore(Deadline deadline, String what, String operation, Function<Attempt, T> request) {
        Attempt attempt = new Attempt(deadline, Retries.attemptWithin(longest));
        return lost.call(deadline, () -> send(what, operation, attempt, request), failures::afterFailure);
    }

    /**
     * Calls, for what must not be done twice: another attempt is made only after the place has refused one for being too busy, and so has not done it.
     *
     * @param <T> what the call answers
     * @param what what is tried, for errors, the beginning of a sentence: "Making key …"
     * @param operation the kind of call; a place has a quota for each
     * @param atMost how long the call may take, if that is less than any may
     * @param request makes the attempt
     * @return the call's answer
     * @throws RuntimeException what the attempt threw, or {@link PacedCalls#call}
     */
    public <T> T callOnce(String what, String operation, Duration atMost, Function<Attempt, T> request) {
        Duration time = shorter(atMost, longest);
        return send(what, operation, new Attempt(Deadline.in(time), time), request);
    }

    private <T> T send(String what, String operation, Attempt attempt, Function<Attempt, T> request) {
        return paced.call(what, operation, attempt.deadline(), failures::throttled, () -> request.apply(attempt));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Lets no more calls through, as {@link PacedCalls#close} does. */
    @Override
    public void close() {
        paced.close();
    }
}
