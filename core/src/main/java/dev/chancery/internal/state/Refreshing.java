package dev.chancery.internal.state;

import dev.chancery.error.ChanceryException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that lives in the store and is read again as it ages. Younger than half its time to live, it is simply served;
 * older, it is served and read again in the background; older than the time to live, callers wait for one of them to read it.
 * While reading fails for a passing reason, the last known value serves, and only one caller at a time is kept waiting for
 * another attempt, at most twice in a time to live.
 *
 * <p>Ages are measured with a monotonic clock: setting the system's clock back must not make an old state fresh.
 */
public final class Refreshing<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Refreshing.class);

    /** Something read, and when. */
    public record Reading<T>(T value, long nanos) {}

    private final Supplier<T> source;
    private final long ttl;
    private final LongSupplier ticker;
    private final Executor background;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile Reading<T> last;
    private volatile boolean failing;
    private volatile long failedAt;
    private final AtomicLong begun = new AtomicLong(); // readings, numbered as they begin
    private long ended; // the number of the last reading that has an outcome; under the lock
    private @Nullable ChanceryException failure; // that outcome, if it is not the value; under the lock

    /** Reads at once. */
    static <T> Refreshing<T> reading(Supplier<T> source, Duration ttl, LongSupplier ticker, Executor background) {
        long started = ticker.getAsLong();
        return new Refreshing<>(source, new Reading<>(source.get(), started), ttl, ticker, background);
    }

    /** Begins with what was read already. */
    Refreshing(Supplier<T> source, Reading<T> first, Duration ttl, LongSupplier ticker, Executor background) {
        this.source = source;
        this.ttl = ttl.toNanos();
        this.ticker = ticker;
        this.background = background;
        this.last = first;
    }

    /** The value as young as the store's answers permit; its age tells how far to trust it. */
    public Reading<T> get() {
        Reading<T> current = last;
        long age = ticker.getAsLong() - current.nanos();
        if (age < ttl / 2) {
            return current;
        }
        if (age < ttl) {
            refreshLater();
            return current;
        }
        return failing ? retry(current) : refreshNow(current);
    }

    /** The value as it was last read, however long ago. */
    public Reading<T> last() {
        return last;
    }

    /** Makes the value so old that the next caller reads it again. */
    void expire() {
        Reading<T> old = last;
        last = new Reading<>(old.value(), old.nanos() - ttl);
    }

    /** How long ago the value was read. */
    long ageOf(Reading<T> read) {
        return ticker.getAsLong() - read.nanos();
    }

    /**
     * A change made through this process is seen at once. Where the value was read or changed since the change began, it
     * is unknown which of the two is the younger one, and it is read again.
     *
     * @param started when the change began
     * @throws ChanceryException if that reading fails
     */
    public void set(T value, long started) {
        reading.lock();
        try {
            if (last.nanos() - started > 0) {
                read();
            } else {
                last = new Reading<>(value, started);
            }
        } finally {
            reading.unlock();
        }
    }

    /**
     * Reads now, at any age, or shares what another caller read since this call began: however many call at once, one
     * reading follows the one under way, and each caller learns of every change made before.
     *
     * @throws ChanceryException if the reading fails, also for all who share it
     */
    public Reading<T> reload() {
        long before = begun.get();
        reading.lock();
        try {
            if (ended <= before) {
                return read();
            }
            if (failure != null) {
                throw failure;
            }
            return last;
        } finally {
            reading.unlock();
        }
    }

    private void refreshLater() {
        if (scheduled.compareAndSet(false, true)) {
            background.execute(() -> {
                try {
                    refreshNow(last);
                } catch (RuntimeException e) {
                    LOG.debug("Reading the state again failed; the next caller will meet the reason.", e);
                } finally {
                    scheduled.set(false);
                }
            });
        }
    }

    /** The store did not answer a moment ago: a caller that waits for it now may wait for long. */
    private Reading<T> retry(Reading<T> seen) {
        if (failedLately() || !reading.tryLock()) {
            return seen;
        }
        try {
            return refreshNow(seen);
        } finally {
            reading.unlock();
        }
    }

    private boolean failedLately() {
        return failing && ticker.getAsLong() - failedAt < ttl / 2;
    }

    private Reading<T> refreshNow(Reading<T> seen) {
        reading.lock();
        try {
            // Somebody else may have read it, or tried to, while this thread waited for the lock.
            return last.nanos() != seen.nanos() || failedLately() ? last : read();
        } catch (ChanceryException e) {
            if (!e.isRetryable()) {
                throw e;
            }
            LOG.warn("The store does not answer; the last known state serves for now: {}", e.getMessage());
            return last;
        } finally {
            reading.unlock();
        }
    }

    private Reading<T> read() {
        long started = ticker.getAsLong();
        long number = begun.incrementAndGet();
        try {
            last = new Reading<>(source.get(), started);
            failing = false;
            failure = null;
            ended = number;
            return last;
        } catch (ChanceryException e) {
            failure = e;
            ended = number;
            failedAt = ticker.getAsLong();
            failing = e.isRetryable();
            throw e;
        }
    }
}
