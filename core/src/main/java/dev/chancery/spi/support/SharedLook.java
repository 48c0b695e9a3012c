package dev.chancery.spi.support;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Something that is slow to find, and is looked for once for all who need it, on a daemon thread of its own, so that those who wait can stop waiting. After a
 * failure the next who asks looks anew. Thread-safe.
 *
 * @param <T> what is looked for
 */
public final class SharedLook<T> {
    private final String thread;
    private final Callable<T> look;
    private final AtomicReference<@Nullable CompletableFuture<T>> standing = new AtomicReference<>();

    /**
     * Describes the look, which {@link #get} begins.
     *
     * @param thread the name of the thread that looks
     * @param look looks
     */
    public SharedLook(String thread, Callable<T> look) {
        this.thread = thread;
        this.look = look;
    }

    /**
     * What was found, or will be. Waits for nothing.
     *
     * @return the result of the look that has succeeded, that is under way, or that begins now
     */
    public CompletableFuture<T> get() {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<T> known = standing.get();
        while (known == null || known.isCompletedExceptionally()) {
            if (standing.compareAndSet(known, mine)) {
                Thread worker = new Thread(() -> lookInto(mine), thread);
                worker.setDaemon(true);
                worker.start();
                return mine;
            }
            known = standing.get();
        }
        return known;
    }

    private void lookInto(CompletableFuture<T> into) {
        try {
            into.complete(look.call());
        } catch (Throwable e) {
            into.completeExceptionally(e);
        }
    }
}
