package dev.chancery.spi.support;

import java.time.Clock;
import java.time.Duration;

/**
 * A clock that says how its time passes. Core waits for a place to settle on the store's clock: with any other clock by parking the
 * thread, with this one by asking it, so that a test's clock can pass at once. Thread-safe.
 */
public abstract class PausingClock extends Clock {
    /** For subclasses. */
    protected PausingClock() {}

    /**
     * Returns when a time has passed on this clock.
     *
     * @param time how long, not negative
     */
    public abstract void pause(Duration time);
}
