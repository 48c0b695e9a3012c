package dev.chancery.internal;

import dev.chancery.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the parts of one open store share. */
final class StoreContext implements AutoCloseable {
    private final KeyBackend backend;
    private final String location;
    private final Operations operations;
    private final KeyHandles handles;
    private final KeyBackend intercepted;
    private final KeyStoreOptions options;
    private final JcaProviders providers;
    private final Duration stateTtl;
    private final Duration maxStale;
    private final LongSupplier ticker;
    private final ExecutorService background;
    private volatile boolean closed;

    StoreContext(KeyBackend backend, KeyStoreOptions options, JcaProviders providers, LongSupplier ticker) {
        this.backend = backend;
        // Asked once: every signature names it, and a backend may have to ask the operating system.
        this.location = backend.location();
        this.operations = new Operations(location);
        this.handles = new KeyHandles(this);
        this.intercepted = new InterceptedBackend(
                backend,
                operations,
                handles::known,
                stored -> KeyHandle.snapshot(stored, this).metadata());
        this.options = options;
        this.providers = providers;
        this.stateTtl = countable(options.stateTtl().orElse(backend.stateTtl()));
        Duration stale = countable(options.maxStale());
        // Within its time to live a state is served without asking, so it cannot be too old before.
        this.maxStale = stale.compareTo(stateTtl) > 0 ? stale : stateTtl;
        this.ticker = ticker;
        this.background = oneDaemonThread();
    }

    /** Ages are counted in nanoseconds, of which a long holds 292 years: whoever says more means for ever. */
    private static Duration countable(Duration time) {
        return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(time));
    }

    /** One thread that ends when there is nothing to do, so that a forgotten store keeps no thread. */
    private static ExecutorService oneDaemonThread() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "chancery-state");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** A closed store serves nothing, not even what it remembers. */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The key store " + location + " is closed.");
        }
    }

    KeyBackend backend() {
        requireOpen();
        return operations.watched() ? intercepted : backend;
    }

    /** The keys that this process has touched. */
    KeyHandles handles() {
        return handles;
    }

    /** What stands around each step. */
    Operations operations() {
        return operations;
    }

    KeyStoreOptions options() {
        return options;
    }

    JcaProviders providers() {
        return providers;
    }

    String location() {
        return location;
    }

    Duration stateTtl() {
        return stateTtl;
    }

    /** The age from which on the last known state of a key is not enough to sign. */
    Duration maxStale() {
        return maxStale;
    }

    /** The monotonic time that ages are measured with. */
    long ticks() {
        return ticker.getAsLong();
    }

    /** Now, in whole seconds: every store can keep them. */
    Instant now() {
        return options.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    }

    <T> Refreshing<T> refreshing(Supplier<T> source) {
        return new Refreshing<>(source, stateTtl, ticker, this::runInBackground);
    }

    private void runInBackground(Runnable task) {
        if (!background.isShutdown()) {
            background.execute(task);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            background.shutdown();
            backend.close();
        }
    }
}
