package dev.chancery.provider.aws;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A token bucket: so many calls a second, and one second's worth at once after a pause. Each throttled attempt halves the rate, down to
 * a sixteenth; it comes back by a tenth of the configured rate each second. One for all stores of a process that AWS counts
 * together, since its quota is the account's in a region.
 */
final class RateLimit {
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

    /** The limit of a quota, the same for all who share it; whoever comes first says how much it is. */
    static Optional<RateLimit> shared(StoreUri uri) {
        return uri.rate()
                .map(rate -> SHARED.computeIfAbsent(
                        uri.quota() + " " + rate, quota -> new RateLimit(rate, System::nanoTime)));
    }

    /**
     * Takes a token, one that is still to come if need be.
     *
     * @return how long to wait for it; empty if that is longer than the caller can wait, and then none is taken
     */
    Optional<Duration> take(Duration atMost) {
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

    /** AWS has refused an attempt because there were too many. */
    void throttled() {
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
