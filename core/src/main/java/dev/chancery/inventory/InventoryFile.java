package dev.chancery.inventory;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyEvent;
import dev.chancery.KeyListener;
import dev.chancery.KeyStore;
import dev.chancery.KeyStoreOptions;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

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
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r--r--");

    /** A process' own threads take turns here: a file lock belongs to the process. */
    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private final KeyStore store;
    private final Path file;
    private final Clock clock;

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
     */
    public void update() {
        // A lock on a channel, and the wait for it, do not survive an interrupt; the interrupt can wait.
        boolean interrupted = Thread.interrupted();
        ReentrantLock turn = IN_PROCESS.computeIfAbsent(file, path -> new ReentrantLock());
        turn.lock();
        try (FileChannel channel = openLock();
                FileLock lock = acquire(channel)) {
            replace(Inventory.of(store, clock).csv());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The inventory " + file + " of " + store.location()
                            + " cannot be written. See that its directory exists and is writable, or change"
                            + " CHANCERY_INVENTORY.",
                    e);
        } finally {
            turn.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FileChannel openLock() throws IOException {
        return FileChannel.open(
                file.resolveSibling("." + file.getFileName() + ".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                mode());
    }

    private FileLock acquire(FileChannel channel) throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new IOException("Another process has held the lock beside the file for " + PATIENCE + ".");
    }

    private void replace(String csv) throws IOException {
        Path directory = file.getParent();
        Path temporary = Files.createTempFile(directory, "." + file.getFileName(), ".tmp", mode());
        try {
            // Not a channel: an interrupt would close it half-way.
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                out.write(csv.getBytes(StandardCharsets.UTF_8));
                out.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        try (FileChannel names = FileChannel.open(directory)) {
            names.force(true);
        } catch (IOException notOnThisSystem) {
            // Windows opens no directories; the rename is as durable as it makes it.
        }
    }

    private FileAttribute<?>[] mode() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(MODE)}
                : new FileAttribute<?>[0];
    }
}
