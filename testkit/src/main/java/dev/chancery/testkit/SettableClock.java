package dev.chancery.testkit;

import dev.chancery.spi.support.PausingClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is told otherwise; who waits on it moves it and waits no longer. Thread-safe; always UTC. */
public final class SettableClock extends PausingClock {
    private final AtomicReference<Instant> now;

    /**
     * Starts the clock.
     *
     * @param now what it shows
     */
    public SettableClock(Instant now) {
        this.now = new AtomicReference<>(now);
    }

    /**
     * Sets the clock, backwards too.
     *
     * @param instant what it shows from now on
     */
    public void set(Instant instant) {
        now.set(instant);
    }

    /**
     * Moves the clock.
     *
     * @param time how far, backwards if negative
     */
    public void advance(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** Moves the clock on, and returns at once. */
    @Override
    public void pause(Duration time) {
        advance(time);
    }

    @Override
    public Instant instant() {
        return Objects.requireNonNull(now.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /**
     * Not supported: nothing here depends on a zone.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("A settable clock is in UTC.");
    }
}
