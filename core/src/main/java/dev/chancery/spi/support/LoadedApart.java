package dev.chancery.spi.support;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A value that another thread loads, such as credentials from an endpoint that may not answer: callers wait as long as they have time, and share
 * one loading and its value as long as that is good. After a failure the next call loads anew. Thread-safe.
 *
 * @param <T> the value
 */
public final class LoadedApart<T> {
    /** One that takes longer will not end: the next call begins another. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final String thread;
    private final Callable<T> source;
    private final BiPredicate<T, Duration> isGood;
    private final AtomicReference<@Nullable Loading<T>> last = new AtomicReference<>();

    private static final class Loading<T> {
        final CompletableFuture<T> value = new CompletableFuture<T>().orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS);
        volatile long ended;
    }

    /**
     * Makes one, and loads nothing yet.
     *
     * @param thread what the loading thread is called
     * @param source loads the value
     * @param isGood whether a value of such an age is still good
     */
    public LoadedApart(String thread, Callable<T> source, BiPredicate<T, Duration> isGood) {
        this.thread = thread;
        this.source = source;
        this.isGood = isGood;
    }

    /**
     * Loads.
     *
     * @param deadline how long to wait
     * @return the value; empty if it did not come in time
     * @throws RuntimeException what the source threw; a checked exception is the cause of an {@link IllegalStateException}
     */
    public Optional<T> get(Deadline deadline) {
        try {
            return deadline.await(load());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Loads, and waits for nothing.
     *
     * @return the value that is there and good, that is on its way, or whose loading begins now
     */
    public CompletableFuture<T> load() {
        Loading<T> known = last.get();
        while (known == null || !isUsable(known)) {
            Loading<T> mine = new Loading<>();
            if (last.compareAndSet(known, mine)) {
                start(mine);
                return mine.value;
            }
            known = last.get();
        }
        return known.value;
    }

    /**
     * The value that was loaded last, be it good or not; loads nothing.
     *
     * @return the value; empty if none was loaded yet, the last loading failed, or one is under way
     */
    public Optional<T> held() {
        return Optional.ofNullable(last.get())
                .map(known -> known.value)
                .filter(value -> value.isDone() && !value.isCompletedExceptionally())
                .map(CompletableFuture::join);
    }

    private boolean isUsable(Loading<T> known) {
        if (!known.value.isDone()) {
            return true;
        }
        return !known.value.isCompletedExceptionally()
                && isGood.test(known.value.join(), Duration.ofNanos(System.nanoTime() - known.ended));
    }

    private void start(Loading<T> loading) {
        Thread loader = new Thread(
                () -> {
                    try {
                        T value = source.call();
                        loading.ended = System.nanoTime();
                        loading.value.complete(value);
                    } catch (Throwable e) {
                        loading.value.completeExceptionally(e);
                    }
                },
                thread);
        loader.setDaemon(true);
        loader.start();
    }
}
