package dev.chancery.audit.internal.writing;

import dev.chancery.error.AuditUnavailableException;
import dev.chancery.spi.support.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Reads a log on a daemon thread: a disk that hangs holds its caller up for so long and no longer, and keeps no process alive. */
public final class DiskThread {
    private DiskThread() {}

    /** What is to be read. */
    @FunctionalInterface
    public interface Reading<T> {
        T read() throws IOException;
    }

    /**
     * Reads something.
     *
     * @param time how long the caller waits
     * @throws IOException if it cannot be read
     * @throws AuditUnavailableException if the disk does not answer in time
     */
    public static <T> T call(Reading<T> reading, Duration time) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> complete(result, reading), "chancery-audit-reading");
        thread.setDaemon(true);
        thread.start();
        try {
            return Deadline.in(time)
                    .await(result)
                    .orElseThrow(() -> new AuditUnavailableException(
                            "The audit log could not be read within " + time.toMillis() + " ms. See to its disk.",
                            null));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
        }
    }

    private static <T> void complete(CompletableFuture<T> result, Reading<T> reading) {
        try {
            result.complete(reading.read());
        } catch (IOException | RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }
}
