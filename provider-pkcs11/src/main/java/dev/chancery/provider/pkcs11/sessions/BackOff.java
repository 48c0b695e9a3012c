package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long a store waits before it has its library initialised once more: ever longer, until a call of its own comes through.
 * Another store's token may be well meanwhile.
 */
final class BackOff {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private static final long FIRST_PAUSE_OF_LOGINS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_OF_LOGINS = TimeUnit.SECONDS.toNanos(30);

    private volatile int failures;
    private volatile long notBefore = System.nanoTime();

    void waitFor(Deadline deadline) {
        deadline.sleep(Duration.ofNanos(notBefore - System.nanoTime()));
    }

    /** Called under the library's lock, so by one thread at a time. */
    void recordFailure() {
        long pause = nextPause(FIRST_PAUSE, LONGEST_PAUSE);
        notBefore = System.nanoTime() + pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }

    /** Each login may count with the token, so they are further apart. Called under a lock. */
    void recordFailedLogin() {
        notBefore = System.nanoTime() + nextPause(FIRST_PAUSE_OF_LOGINS, LONGEST_PAUSE_OF_LOGINS);
    }

    private long nextPause(long first, long longest) {
        int inARow = failures;
        failures = inARow + 1;
        return Math.min(longest, first << Math.min(inARow, 10));
    }

    /** A call has come through: the next failure is a first one. Read first, as this is on the way of each signature. */
    void recordSuccess() {
        if (failures != 0) {
            failures = 0;
        }
    }
}
