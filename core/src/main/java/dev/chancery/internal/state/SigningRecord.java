package dev.chancery.internal.state;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How signing in the place went lately, as core saw it: how long it took, and what has failed in a row. Thread-safe. */
public final class SigningRecord {
    private static final int KEPT = 512;

    private final AtomicLongArray nanos = new AtomicLongArray(KEPT);
    private final AtomicLong signatures = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile String lastWords = "";

    /** A signature was made, and is right as far as it was looked at. */
    public void recordSuccess() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    void recordTime(long took) {
        nanos.set(Math.floorMod(signatures.getAndIncrement(), KEPT), Math.max(1, took));
    }

    /** Counts what shows that the place, not the caller or the key's state, is at fault. */
    public void recordFailure(ChanceryException e) {
        if (e.isRetryable() || e instanceof KeyAccessException || e instanceof IntegrityException) {
            lastWords = e.getMessage();
            failures.incrementAndGet();
        }
    }

    /** How many signatures have failed since the last one that was made. */
    public int failuresInARow() {
        return failures.get();
    }

    /** What the last failure said. */
    public String lastWords() {
        return lastWords;
    }

    /**
     * How long signatures took.
     *
     * @param last the last one
     * @param p99 what 99 of 100 took at most, of the last 512
     * @param count of how many
     */
    public record Times(Duration last, Duration p99, long count) {}

    /** Empty before the first signature, and in places of which no time is kept. */
    public Optional<Times> times() {
        long count = signatures.get();
        int kept = (int) Math.min(count, KEPT);
        if (kept == 0) {
            return Optional.empty();
        }
        long[] sorted = new long[kept];
        for (int i = 0; i < kept; i++) {
            sorted[i] = nanos.get(i);
        }
        Arrays.sort(sorted);
        long last = nanos.get(Math.floorMod(count - 1, KEPT));
        return Optional.of(new Times(
                Duration.ofNanos(last), Duration.ofNanos(sorted[(int) Math.ceil(kept * 0.99) - 1]), kept));
    }
}
