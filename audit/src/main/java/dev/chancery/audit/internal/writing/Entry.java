package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.spi.support.Deadline;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Records that are written together, and the thread that waits until they are durable. */
public final class Entry {

    /** Where an entry stands. */
    private enum State {
        WAITING,
        WRITING,
        DURABLE,
        FAILED,
        /** The caller has stopped waiting; what is being written may still become durable. */
        GIVEN_UP
    }

    /** What is done where records cannot be written. */
    public enum IfLost {
        /** The caller that waits for them is told, and withholds what they are about. */
        TELL,
        /** They are counted, for no caller waits. */
        COUNT,
        /** They are written again, elsewhere; no caller waits, and they tell of what cannot be withheld. */
        WRITE_AGAIN
    }

    private final List<byte[]> bodies;
    private final IfLost ifLost;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Throwable failure;

    /**
     * Takes what {@link LogLine#body} made of each record.
     *
     * @param ifLost what is done where they cannot be written
     */
    public Entry(List<byte[]> bodies, IfLost ifLost) {
        this.bodies = bodies;
        this.ifLost = ifLost;
    }

    /** One that has nothing to be written. */
    public static Entry ofNothing() {
        Entry entry = new Entry(List.of(), IfLost.COUNT);
        entry.state.set(State.DURABLE);
        return entry;
    }

    IfLost ifLost() {
        return ifLost;
    }

    /** Back to the queue. */
    void again() {
        state.compareAndSet(State.WRITING, State.WAITING);
    }

    List<byte[]> bodies() {
        return bodies;
    }

    /** Whether it is still wanted; the writer asks before it writes. */
    boolean begin() {
        return state.compareAndSet(State.WAITING, State.WRITING);
    }

    void durable() {
        state.compareAndSet(State.WRITING, State.DURABLE);
        wake();
    }

    void fail(Throwable why) {
        failure = why;
        State last = state.getAndUpdate(now -> now == State.WAITING || now == State.WRITING ? State.FAILED : now);
        if (last != State.DURABLE) {
            wake();
        }
    }

    private void wake() {
        Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    public boolean isDurable() {
        return state.get() == State.DURABLE;
    }

    boolean isEnded() {
        State now = state.get();
        return now != State.WAITING && now != State.WRITING;
    }

    @Nullable
    public Throwable failure() {
        return failure;
    }

    /**
     * Waits until the records are durable. An interrupt is kept for later: what happened must be known.
     *
     * @return whether they are; if not, they may become so all the same
     */
    boolean await(Deadline deadline) {
        waiter = Thread.currentThread();
        boolean interrupted = false;
        try {
            while (!isEnded()) {
                if (deadline.isOver()) {
                    state.updateAndGet(now -> now == State.WAITING || now == State.WRITING ? State.GIVEN_UP : now);
                } else {
                    LockSupport.parkNanos(this, deadline.left().toNanos());
                    interrupted |= Thread.interrupted();
                }
            }
            return isDurable();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
