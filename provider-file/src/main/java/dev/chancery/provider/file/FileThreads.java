package dev.chancery.provider.file;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for file I/O that no caller knows, hence no caller can interrupt: an interrupt closes a {@code FileChannel} in
 * the middle of whatever it was doing. The caller waits to the end and keeps its interrupt flag.
 */
final class FileThreads {
    /** So many that a directory whose lock is waited for does not hold up the others. They end when idle. */
    private static final int THREADS = 8;

    private static final ThreadPoolExecutor EXECUTOR =
            new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new FileThread(task);
                thread.setDaemon(true);
                return thread;
            });

    static {
        EXECUTOR.allowCoreThreadTimeOut(true);
    }

    private FileThreads() {}

    private static final class FileThread extends Thread {
        FileThread(Runnable task) {
            // Without the caller's inheritable thread locals, which would live as long as this thread.
            super(null, task, "chancery-file", 0, false);
        }
    }

    /** Some file I/O. */
    @FunctionalInterface
    interface Task<T> {
        T run() throws IOException;
    }

    /** Runs a task to its end, and returns or throws what it does; within a task, at once. */
    static <T> T call(Task<T> task) throws IOException {
        if (Thread.currentThread() instanceof FileThread) {
            return task.run();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        EXECUTOR.execute(() -> {
            try {
                result.complete(task.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException io) {
                throw io;
            }
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }
}
