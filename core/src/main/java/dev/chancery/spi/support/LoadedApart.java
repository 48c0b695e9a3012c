package dev.chancery.spi.support;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that another thread loads, such as credentials from an endpoint that may not answer: callers wait as long as they have time, and share
 * one loading. What was loaded within the last second is served at once. Thread-safe.
 *
 * @param <T> the value
 */
public final class LoadedApart<T> {
    private static final long KEPT = TimeUnit.SECONDS.toNanos(1);

    private final String thread;
    private final Supplier<T> source;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FutureTask<T> loading;
    private volatile @Nullable Loaded<T> last;

    private record Loaded<T>(T value, long nanos) {}

    /**
     * Makes one, and loads nothing yet.
     *
     * @param thread what the loading thread is called
     * @param source loads the value, and keeps it for as long as it is good
     */
    public LoadedApart(String thread, Supplier<T> source) {
        this.thread = thread;
        this.source = source;
    }

    /**
     * Loads.
     *
     * @param deadline how long to wait
     * @return the value; empty if it did not come in time
     * @throws RuntimeException what the source threw
     */
    public Optional<T> get(Deadline deadline) {
        Loaded<T> recent = last;
        if (recent != null && System.nanoTime() - recent.nanos() < KEPT) {
            return Optional.of(recent.value());
        }
        try {
            return deadline.await(begin());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private FutureTask<T> begin() {
        lock.lock();
        try {
            FutureTask<T> running = loading;
            if (running != null && !running.isDone()) {
                return running;
            }
            FutureTask<T> task = new FutureTask<>(this::load);
            Thread loader = new Thread(task, thread);
            loader.setDaemon(true);
            loader.start();
            loading = task;
            return task;
        } finally {
            lock.unlock();
        }
    }

    private T load() {
        T value = source.get();
        last = new Loaded<>(value, System.nanoTime());
        return value;
    }
}
