package dev.chancery.provider.file.layout;

import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.files.WriterLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** One writer at a time in a store, which tidies up first where the one before it may have died. Thread-safe. */
public final class StoreLock {
    public static final String FILE = ".lock";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StoreDirectory directory;
    private final Duration patience;
    private volatile boolean tidied;

    public StoreLock(StoreDirectory directory) {
        this(directory, PATIENCE);
    }

    public StoreLock(StoreDirectory directory, Duration patience) {
        this.directory = directory;
        this.patience = patience;
    }

    /** Something done to the store's files by its only writer. */
    @FunctionalInterface
    public interface Change<T> {
        T apply(Path root) throws IOException;
    }

    /**
     * Changes the store, which is made if it is not there.
     *
     * @param tidy done first where a writer may have died
     * @param finish done besides where one has died or failed at work
     * @throws StoreUnavailableException if another process keeps the lock
     */
    public <T> T change(Change<?> tidy, Change<?> finish, Change<T> change) throws IOException {
        Path root = directory.makeRoot();
        return new WriterLock(root.resolve(FILE), patience).hold(afterFailure -> {
            if (afterFailure || !tidied) {
                tidy.apply(root);
                tidied = true;
            }
            if (afterFailure) {
                finish.apply(root);
            }
            return change.apply(root);
        });
    }
}
