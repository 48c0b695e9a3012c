package dev.chancery.spi.support;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/**
 * When a call gives up. Waiting goes on when the thread is interrupted, and it stays interrupted: half of what a caller asked
 * for is worse than a late answer, and the end is bounded. Immutable, and measured with a monotonic clock.
 */
public final class Deadline {
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    /**
     * A deadline from now.
     *
     * @param time how long there is, less than 292 years
     * @return the deadline
     */
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /**
     * Whether it has passed.
     *
     * @return whether no time is left
     */
    public boolean isOver() {
        return nanos() <= 0;
    }

    /**
     * How long there is yet.
     *
     * @return the time until the deadline, zero after it
     */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanos()));
    }

    private long nanos() {
        return end - System.nanoTime();
    }

    /**
     * Waits for permits. Those that are free are taken after the deadline too.
     *
     * @param permits where from
     * @param count how many
     * @return whether they were acquired
     */
    public boolean acquire(Semaphore permits, int count) {
        return waitFor(nanos -> permits.tryAcquire(count, nanos, TimeUnit.NANOSECONDS));
    }

    /**
     * Waits for a lock. One that is free is taken after the deadline too.
     *
     * @param lock the lock
     * @return whether this thread holds it now
     */
    public boolean lock(Lock lock) {
        return waitFor(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS));
    }

    /**
     * Lets a time pass, or what is left of it before the deadline.
     *
     * @param time how long; nothing happens if it is negative
     */
    public void sleep(Duration time) {
        long until = System.nanoTime() + Math.min(time.toNanos(), nanos());
        for (long left; (left = until - System.nanoTime()) > 0; ) {
            // An interrupted thread does not park: it would spin, so the mark is put aside meanwhile.
            boolean interrupted = Thread.interrupted();
            LockSupport.parkNanos(left);
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
                    return wait.of(Math.max(0, nanos()));
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
