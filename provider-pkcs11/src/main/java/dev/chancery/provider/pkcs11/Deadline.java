package dev.chancery.provider.pkcs11;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/**
 * When a call gives up. Waiting goes on when the thread is interrupted, and it stays interrupted: half of what a caller asked
 * for is worse than a late answer, and the end is bounded.
 */
final class Deadline {
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    boolean isOver() {
        return left() <= 0;
    }

    private long left() {
        return end - System.nanoTime();
    }

    boolean acquire(Semaphore permits, int count) {
        return waitFor(nanos -> permits.tryAcquire(count, nanos, TimeUnit.NANOSECONDS));
    }

    boolean lock(Lock lock) {
        return waitFor(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS));
    }

    /** Waits until a moment of {@link System#nanoTime}, or the deadline. */
    void sleepUntil(long nanoTime) {
        while (nanoTime - System.nanoTime() > 0 && !isOver()) {
            // An interrupted thread does not park: it would spin, so the mark is put aside meanwhile.
            boolean interrupted = Thread.interrupted();
            LockSupport.parkNanos(Math.min(nanoTime - System.nanoTime(), left()));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Something that waits for at most so many nanoseconds. */
    private interface Wait {
        boolean of(long nanos) throws InterruptedException;
    }

    private boolean waitFor(Wait wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.of(Math.max(0, left()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
