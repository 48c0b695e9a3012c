package dev.chancery.testkit.store;

import dev.chancery.spi.support.PausingClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock that stands still until it is told otherwise; who waits on it moves it and waits no longer. Threads that have entered it live in one
 * time: it passes when each of them waits. Thread-safe; always UTC.
 */
public final class SettableClock extends PausingClock {
    private final AtomicReference<Instant> now;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition timePassed = lock.newCondition();
    private final Set<Thread> entered = new HashSet<>();
    private final Map<Thread, Instant> waiting = new HashMap<>();

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

    /** Lets this thread share its time with the others that have entered. All enter before the first of them begins. */
    void enter() {
        lock.lock();
        try {
            entered.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /** No thread waits for this one any more. */
    void leave() {
        lock.lock();
        try {
            entered.remove(Thread.currentThread());
            passTime();
        } finally {
            lock.unlock();
        }
    }

    /** Moves the clock on and returns at once; in a thread that has entered, waits until all others wait as long. */
    @Override
    public void pause(Duration time) {
        lock.lock();
        try {
            Thread thread = Thread.currentThread();
            if (!entered.contains(thread)) {
                advance(time);
                return;
            }
            waiting.put(thread, instant().plus(time));
            passTime();
            while (waiting.containsKey(thread)) {
                timePassed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void passTime() {
        if (!waiting.isEmpty() && waiting.size() == entered.size()) {
            Instant next = Collections.min(waiting.values());
            now.updateAndGet(instant -> next.isAfter(instant) ? next : instant);
            waiting.values().removeIf(next::equals);
            timePassed.signalAll();
        }
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
