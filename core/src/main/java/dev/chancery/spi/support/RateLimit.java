package dev.chancery.spi.support;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A token bucket: so many calls a second, and one second's worth at once after a pause. Each throttled attempt halves the rate, down to
 * a sixteenth; it comes back by a tenth of the configured rate each second. One for all stores of a process that a place
 * counts together, since a quota is an account's. Thread-safe.
 */
public final class RateLimit {
    private static final Map<String, RateLimit> SHARED = new ConcurrentHashMap<>();
    private static final double NANOS = 1e9;

    private final double configured;
    private final LongSupplier ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private double rate;
    private double tokens;
    private long last;

    RateLimit(double perSecond, LongSupplier ticker) {
        this.configured = perSecond;
        this.ticker = ticker;
        this.rate = perSecond;
        this.tokens = Math.max(1, perSecond);
        this.last = ticker.getAsLong();
    }

    /**
     * A limit of its own.
     *
     * @param perSecond how many calls a second there may be, more than 0
     * @return the limit
     */
    public static RateLimit of(double perSecond) {
        return new RateLimit(perSecond, System::nanoTime);
    }

    /**
     * The limit of a quota, the same for all of this process who share it.
     *
     * @param quota what the place counts together, in any words
     * @param perSecond how many calls a second there may be, more than 0
     * @return the limit
     */
    public static RateLimit shared(String quota, double perSecond) {
        return SHARED.computeIfAbsent(quota + " " + perSecond, any -> new RateLimit(perSecond, System::nanoTime));
    }

    /**
     * Takes a token, one that is still to come if need be.
     *
     * @param atMost how long the caller can wait
     * @return how long to wait for it; empty if that is longer than the caller can wait, and then none is taken
     */
    public Optional<Duration> take(Duration atMost) {
        lock.lock();
        try {
            refill();
            double missing = Math.max(0, 1 - tokens);
            Duration wait = Duration.ofNanos((long) (missing / rate * NANOS));
            if (wait.compareTo(atMost) > 0) {
                return Optional.empty();
            }
            tokens -= 1;
            return Optional.of(wait);
        } finally {
            lock.unlock();
        }
    }

    private void refill() {
        long now = ticker.getAsLong();
        double seconds = (now - last) / NANOS;
        last = now;
        rate = Math.min(configured, rate + configured / 10 * seconds);
        tokens = Math.min(Math.max(1, rate), tokens + seconds * rate);
    }

    /** Halves the rate, because the place has refused an attempt: there were too many. */
    public void slowDown() {
        lock.lock();
        try {
            refill();
            rate = Math.max(configured / 16, rate / 2);
            tokens = Math.min(tokens, 0);
        } finally {
            lock.unlock();
        }
    }
}
