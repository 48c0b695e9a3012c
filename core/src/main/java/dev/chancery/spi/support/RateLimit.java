package dev.chancery.spi.support;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A token bucket: so many calls a second, and one second's worth at once after a pause. The rate is configured, or learned from the place: there
 * is none until the place throttles; then it is what the place was seen to grant, and it rises, slowly at first, until the place throttles
 * again. So nearly all of a quota is used and few calls are refused. One for all stores of a process that a place counts
 * together, since a quota is an account's. Thread-safe.
 *
 * <pre>
 *   no limit ── throttled ─▶ a second of looking ── throttled ─▶ what was granted in the last second, rising
 *      ▲                                                             │        ▲               │
 *      └───────────────── a minute without throttling ───────────────┘        └── throttled ──┘
 * </pre>
 */
public final class RateLimit {
    private static final Map<String, RateLimit> SHARED = new ConcurrentHashMap<>();
    private static final double NANOS = 1e9;

    /** As many calls a second as the least quota of the clouds permits. */
    private static final double LEAST = 5;

    /** A rate is not cut below this part of the most that was granted: refusals at random would cut it for ever. */
    private static final double LARGEST_CUT = 0.33;

    /** What is left after a second of the memory of that most: a quota may have been lowered. */
    private static final double REMEMBERED = 0.99;

    /** The share of refusals that is the price for finding where the quota is. */
    private static final double TOLERATED = 0.03;

    /** What the rate rises by in a second, for each second since the last cut. */
    private static final double RISE = 0.03;

    private static final double QUIET_SECONDS = 60;

    private final LongSupplier ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final double most;
    private final double documented;
    private final LastSecond granted = new LastSecond();
    private final LastSecond refused = new LastSecond();
    private double rate;
    private double tokens;
    private double peak;
    private long filledAt;
    private long cutAt;
    private long lookedSince = Long.MAX_VALUE;

    RateLimit(double perSecond, LongSupplier ticker) {
        this(perSecond, Double.POSITIVE_INFINITY, ticker);
    }

    private RateLimit(double perSecond, double documented, LongSupplier ticker) {
        this.most = perSecond;
        this.documented = documented;
        this.ticker = ticker;
        this.rate = perSecond;
        this.tokens = burst(perSecond);
        this.filledAt = ticker.getAsLong();
    }

    /** What may be sent at once after a pause. */
    private static double burst(double rate) {
        return Double.isInfinite(rate) ? 0 : Math.max(1, rate);
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
     * The limit that a place shows by throttling, the same for all of this process who share the quota.
     *
     * @param quota what the place counts together, in any words
     * @return the limit; none as long as nothing is told to be {@linkplain #refused() refused}
     */
    public static RateLimit learned(String quota) {
        return learned(quota, Double.POSITIVE_INFINITY);
    }

    /**
     * Like {@link #learned(String)}, for a quota that the place's documents tell, though not whether this process has it for itself: it holds from the
     * first refusal, and less where that is too much.
     *
     * @param quota what the place counts together, in any words
     * @param documented how many calls a second it is, more than 0
     * @return the limit
     */
    public static RateLimit learned(String quota, double documented) {
        return SHARED.computeIfAbsent(quota, any -> learning(documented, System::nanoTime));
    }

    static RateLimit learning(double documented, LongSupplier ticker) {
        return new RateLimit(Double.POSITIVE_INFINITY, documented, ticker);
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
            refill(ticker.getAsLong());
            if (Double.isInfinite(rate)) {
                return Optional.of(Duration.ZERO);
            }
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

    /** Tells that the place has granted a call. */
    public void granted() {
        lock.lock();
        try {
            granted.count(ticker.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Tells that the place has refused a call because there were too many. */
    public void refused() {
        lock.lock();
        try {
            long now = ticker.getAsLong();
            refill(now);
            refused.count(now);
            if (lookedSince == Long.MAX_VALUE) {
                lookedSince = now;
            }
            double grants = granted.count();
            double share = refused.count() / (refused.count() + grants);
            boolean seen = now - lookedSince >= NANOS;
            if (Double.isInfinite(rate) && !Double.isInfinite(documented)) {
                cut(documented, now);
            } else if (seen && share > TOLERATED) {
                peak = Math.max(peak, grants);
                cut(Math.max(Math.max(LEAST, peak * LARGEST_CUT), grants), now);
            }
        } finally {
            lock.unlock();
        }
    }

    private void cut(double to, long now) {
        rate = Math.min(Math.min(most, documented), to);
        tokens = Math.min(tokens, 0);
        cutAt = now;
    }

    private void refill(long now) {
        granted.moveTo(now);
        refused.moveTo(now);
        double seconds = (now - filledAt) / NANOS;
        filledAt = now;
        if (Double.isInfinite(rate)) {
            return;
        }
        double quiet = (now - cutAt) / NANOS;
        rate = Math.min(Math.min(most, documented), rate * (1 + RISE * quiet * seconds));
        peak *= Math.pow(REMEMBERED, seconds);
        tokens = Math.min(burst(rate), tokens + seconds * rate);
        if (Double.isInfinite(most) && quiet > QUIET_SECONDS) {
            rate = most;
            peak = 0;
            lookedSince = Long.MAX_VALUE;
        }
    }

    /** How much of something there was within the last second, in tenths. */
    private static final class LastSecond {
        private static final long SLOT = TimeUnit.MILLISECONDS.toNanos(100);
        private final int[] slots = new int[10];
        private long slot = Long.MIN_VALUE;
        private int sum;

        void moveTo(long now) {
            long there = Math.floorDiv(now, SLOT);
            for (long next = Math.max(slot + 1, there - slots.length + 1); next <= there; next++) {
                int i = Math.floorMod(next, slots.length);
                sum -= slots[i];
                slots[i] = 0;
            }
            slot = there;
        }

        void count(long now) {
            moveTo(now);
            slots[Math.floorMod(slot, slots.length)]++;
            sum++;
        }

        double count() {
            return sum;
        }
    }
}
