package dev.chancery.inventory;

import dev.chancery.KeyStore;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.options.KeyEvent;
import dev.chancery.options.KeyListener;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileModes;
import dev.chancery.spi.files.WriterLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

/**
 * A CSV file that says what keys a store holds, written again on every change that a process makes through this listener.
 * Thread-safe. {@code CHANCERY_INVENTORY} or {@link KeyStoreOptions.Builder#inventory} keep one.
 *
 * <p>The file is replaced as a whole: temporary file in the same directory, force, rename. A reader sees the old one or the
 * new one. A symbolic link in its place is replaced, not followed. It is made with mode 0644 less the process' umask. Processes
 * that change the same store take turns by a lock on {@code .<name>.lock} beside it, so that the last one to write has seen
 * the changes of all. Days left are those of the day it was written.
 */
public final class InventoryFile implements KeyListener {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KeyStore store;
    private final Path file;
    private final Clock clock;
    private final WriterLock lock;
    private final DurableFiles files = new DurableFiles();

    /**
     * Keeps a file for a store. Nothing is written before the first change or {@link #update()}.
     *
     * @param store the store
     * @param file the file, in a directory that exists when it is written
     * @param clock what days left are counted from
     */
    public InventoryFile(KeyStore store, Path file, Clock clock) {
        this.store = store;
        this.file = file.toAbsolutePath().normalize();
        this.clock = clock;
        if (this.file.getFileName() == null) {
            throw new ConfigurationException("An inventory is a file, not the directory " + file + ".");
        }
        this.lock = new WriterLock(this.file.resolveSibling("." + this.file.getFileName() + ".lock"), PATIENCE);
    }

    /** Writes the file again where something changed. */
    @Override
    public void onEvent(KeyEvent event) {
        if (event.type() != KeyEvent.Type.ROTATION_DUE_SOON && event.type() != KeyEvent.Type.ALERT) {
            update();
        }
    }

    /**
     * Writes the file now.
     *
     * @throws ConfigurationException if it cannot be written; the one that was there before is then untouched
     * @throws StoreUnavailableException if another process keeps the lock beside it, or the store does not answer
     */
    public void update() {
        try {
            lock.hold(afterFailure -> {
                Path directory = Objects.requireNonNull(file.getParent());
                if (afterFailure) {
                    files.removeLeftovers(directory, file.getFileName().toString()::equals);
                }
                byte[] csv = Inventory.of(store, clock).csv().getBytes(StandardCharsets.UTF_8);
                files.replace(file, csv, FileModes.of(file, "rw-r--r--"));
                return file;
            });
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The inventory " + file + " of " + store.location()
                            + " cannot be written. See that its directory exists and is writable, or change"
                            + " CHANCERY_INVENTORY.",
                    e);
        }
    }
}
