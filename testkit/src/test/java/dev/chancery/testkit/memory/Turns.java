package dev.chancery.testkit.memory;

import dev.chancery.spi.support.PausingClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Actors of whom one acts at a time, and the clock that they wait on: who waits hands its turn to the one that has waited longest for it, and
 * time passes only where all wait. So a test says who acts when, and each run is the same.
 */
final class Turns extends PausingClock {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turned = lock.newCondition();
    private final List<Actor> actors = new ArrayList<>();
    private Instant now;
    private long order;
    private @Nullable Actor acting;

    private static final class Actor {
        final Thread thread;
        Instant wakes;
        long since;
        boolean done;

        Actor(Thread thread, Instant wakes, long since) {
            this.thread = thread;
            this.wakes = wakes;
            this.since = since;
        }
    }

    Turns(Instant now) {
        this.now = now;
    }

    /** Lets all act, the first one first, and returns when all have. */
    void run(List<Runnable> acts) throws InterruptedException {
        lock.lock();
        try {
            actors.clear();
            acts.forEach(act -> actors.add(new Actor(new Thread(() -> act(act), "actor"), now, ++order)));
            acting = actors.get(0);
            actors.forEach(actor -> actor.thread.start());
        } finally {
            lock.unlock();
        }
        for (Actor actor : List.copyOf(actors)) {
            actor.thread.join();
        }
    }

    private void act(Runnable act) {
        Actor me = Objects.requireNonNull(me());
        lock.lock();
        try {
            await(me);
        } finally {
            lock.unlock();
        }
        try {
            act.run();
        } finally {
            lock.lock();
            try {
                me.done = true;
                next();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Lets the others act until they wait or are done. */
    void letOthersAct() {
        pause(Duration.ZERO);
    }

    @Override
    public void pause(Duration time) {
        Actor me = me();
        lock.lock();
        try {
            if (me == null) {
                now = now.plus(time);
                return;
            }
            me.wakes = now.plus(time);
            me.since = ++order;
            next();
            await(me);
        } finally {
            lock.unlock();
        }
    }

    private void next() {
        acting = actors.stream()
                .filter(actor -> !actor.done)
                .min(Comparator.comparing((Actor actor) -> actor.wakes).thenComparing(actor -> actor.since))
                .orElse(null);
        if (acting != null && acting.wakes.isAfter(now)) {
            now = acting.wakes;
        }
        turned.signalAll();
    }

    private void await(Actor me) {
        while (acting != me) {
            turned.awaitUninterruptibly();
        }
    }

    private @Nullable Actor me() {
        return actors.stream()
                .filter(actor -> actor.thread == Thread.currentThread())
                .findFirst()
                .orElse(null);
    }

    @Override
    public Instant instant() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("This clock is in UTC.");
    }
}
