package dev.chancery.backup.internal.restoring;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes files on several threads: a journal makes those durable together that wait for it at the same time. For one thread to start writes with; none of
 * them is under way any more once this is closed.
 */
final class SideBySide implements AutoCloseable {
    private static final int THREADS = 16;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Semaphore room = new Semaphore(THREADS);
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** A write. */
    @FunctionalInterface
    interface Write {
        void run() throws IOException;
    }

    /** Starts a write once there is room for it; one that failed before ends this. */
    void start(Write write) throws IOException {
        requireNoFailure();
        room.acquireUninterruptibly();
        threads.execute(() -> {
            try {
                write.run();
            } catch (IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
            } finally {
                room.release();
            }
        });
    }

    /** Waits until all that were started are done. */
    void finish() throws IOException {
        room.acquireUninterruptibly(THREADS);
        room.release(THREADS);
        requireNoFailure();
    }

    private void requireNoFailure() throws IOException {
        Exception failed = failure.get();
        if (failed instanceof IOException file) {
            throw file;
        }
        if (failed instanceof RuntimeException other) {
            throw other;
        }
    }

    @Override
    public void close() {
        room.acquireUninterruptibly(THREADS);
        threads.shutdown();
    }
}
