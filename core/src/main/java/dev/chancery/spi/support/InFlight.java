package dev.chancery.spi.support;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * How many calls may be on their way at once. First come, first served: an unfair cap lets some callers wait for seconds while
 * others pass. Thread-safe.
 */
public final class InFlight {
    private final Semaphore permits;

    /**
     * Makes a cap.
     *
     * @param most how many calls there may be, at least one
     * @throws IllegalArgumentException if it is less
     */
    public InFlight(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("A cap of " + most + " lets nothing through.");
        }
        permits = new Semaphore(most, true);
    }

    /**
     * Makes a call when its turn comes.
     *
     * @param <T> what the call answers with
     * @param deadline how long to wait for the turn; the call itself may take longer
     * @param call the call, made on the caller's thread
     * @param busy makes the exception for a turn that does not come in time
     * @return the call's answer
     * @throws RuntimeException what {@code busy} makes, or what the call throws
     */
    public <T> T call(Deadline deadline, Supplier<T> call, Supplier<? extends RuntimeException> busy) {
        if (!deadline.acquire(permits, 1)) {
            throw busy.get();
        }
        try {
            return call.get();
        } finally {
            permits.release();
        }
    }
}
