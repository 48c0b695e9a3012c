package dev.chancery.internal.state;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A monotonic clock that a test moves. */
public final class Ticker implements LongSupplier {
    // System.nanoTime may start anywhere, below zero too, and may run over.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
