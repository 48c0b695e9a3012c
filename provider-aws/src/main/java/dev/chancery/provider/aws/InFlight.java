package dev.chancery.provider.aws;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many calls may be on their way at once. First come, first served: an unfair cap lets some callers wait for seconds while
 * others pass.
 */
final class InFlight {
    private final Semaphore permits;

    InFlight(int most) {
        permits = new Semaphore(most, true);
    }

    /** Waits for a turn; {@code false} if none came in time. An interrupt ends the wait and stays set. */
    boolean enter(Duration atMost) {
        try {
            return permits.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void leave() {
        permits.release();
    }
}
