package dev.chancery.spi.support;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When a call gives up. Waiting goes on when the thread is interrupted, and it stays interrupted: half of what a caller asked
 * for is worse than a late answer, and the end is bounded. Immutable, and measured with a monotonic clock.
 */
public final class Deadline {
    /** That of the application's call which this thread is in. */
    private static final ThreadLocal<@Nullable Deadline> CALL = new ThreadLocal<>();

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    /**
     * A deadline from now; that of the {@linkplain #within call} which this thread is in, if that comes first.
     *
     * @param time how long there is, less than 292 years
     * @return the deadline
     */
    public static Deadline in(Duration time) {
        Deadline own = new Deadline(System.nanoTime() + time.toNanos());
        Deadline call = CALL.get();
        return call == null || own.end - call.end < 0 ? own : call;
    }

    /**
     * Takes all the steps of one call of the application within one time. A call inside a call has the time that is left of the outer one.
     *
     * @param <T> what the call answers
     * @param time how long there is for all steps together
     * @param call the steps
     * @return the call's answer
     */
    public static <T> T within(Duration time, Supplier<T> call) {
        if (CALL.get() != null) {
            return call.get();
        }
        CALL.set(in(time));
        try {
            return call.get();
        } finally {
            CALL.remove();
        }
    }

    /**
     * Takes a step that does not count: it has as long as it needs, and afterwards the call has as much time left as before.
     *
     * @param <T> what the step answers
     * @param step the step
     * @return the step's answer
     */
    public static <T> T apart(Supplier<T> step) {
        Deadline call = CALL.get();
        if (call == null) {
            return step.get();
        }
        long left = call.nanos();
        CALL.remove();
        try {
            return step.get();
        } finally {
            CALL.set(new Deadline(System.nanoTime() + left));
        }
    }

    /**
     * Whether the call that this thread is in has used up its time.
     *
     * @return {@code false} also outside of any call
     */
    public static boolean isCallOver() {
        Deadline call = CALL.get();
        return call != null && call.isOver();
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
     * Waits for what another thread works out.
     *
     * @param <T> what that is
     * @param future the work
     * @return its result; empty if there is none by the deadline
     * @throws ExecutionException if the work failed
     */
    public <T> Optional<T> await(Future<T> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(future.get(Math.max(0, nanos()), TimeUnit.NANOSECONDS));
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return Optional.empty();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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

    /**
     * Looks again and again until there is something, with pauses that double up to two seconds.
     *
     * @param <T> what is looked for
     * @param first the first pause
     * @param look looks once
     * @return what was found; empty if the deadline has passed before
     */
    public <T> Optional<T> poll(Duration first, Supplier<Optional<T>> look) {
        for (Duration pause = first; ; pause = pause.multipliedBy(2)) {
            Optional<T> found = look.get();
            if (found.isPresent() || isOver()) {
                return found;
            }
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            sleep(pause);
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
