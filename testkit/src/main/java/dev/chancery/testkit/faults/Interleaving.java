package dev.chancery.testkit.faults;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets another instance act at one certain moment: one that is about to change something has read, and waits until the other has acted. The
 * other acts on a thread of its own, as in another process. Thread-safe.
 */
public final class Interleaving implements Fault {
    private final AtomicInteger left;
    private final Runnable other;

    private Interleaving(int left, Runnable other) {
        this.left = new AtomicInteger(left);
        this.other = other;
    }

    /**
     * Lets the other act once.
     *
     * @param number the change before which it acts, counted from 1
     * @param other what it does; an exception ends the waiting call
     * @return the fault
     */
    public static Interleaving beforeChange(int number, Runnable other) {
        return new Interleaving(number, other);
    }

    @Override
    public @Nullable Object answer(BackendCall call) {
        if (call.isChange() && left.decrementAndGet() == 0) {
            try {
                CompletableFuture.runAsync(other, task -> new Thread(task, "other-instance").start())
                        .join();
            } catch (CompletionException e) {
                throw new IllegalStateException("The other instance failed.", e.getCause());
            }
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
