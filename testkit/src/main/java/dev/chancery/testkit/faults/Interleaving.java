package dev.chancery.testkit.faults;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets something happen at one certain moment: an instance that is about to change something has read, and waits until another one has acted.
 * Thread-safe.
 */
public final class Interleaving implements Fault {
    private final AtomicInteger left;
    private final Runnable meanwhile;

    private Interleaving(int left, Runnable meanwhile) {
        this.left = new AtomicInteger(left);
        this.meanwhile = meanwhile;
    }

    /**
     * Lets something happen once.
     *
     * @param number the change before which it happens, counted from 1
     * @param meanwhile what happens, on the thread that waits; an exception ends the waiting call
     * @return the fault
     */
    public static Interleaving beforeChange(int number, Runnable meanwhile) {
        return new Interleaving(number, meanwhile);
    }

    @Override
    public @Nullable Object answer(BackendCall call) {
        if (call.isChange() && left.decrementAndGet() == 0) {
            meanwhile.run();
        }
        return call.answer();
    }

    /**
     * Whether the moment has come.
     *
     * @return {@code false} if there were fewer changes
     */
    public boolean hasHappened() {
        return left.get() <= 0;
    }
}
