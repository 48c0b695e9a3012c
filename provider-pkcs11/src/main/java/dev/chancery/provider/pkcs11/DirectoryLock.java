package dev.chancery.provider.pkcs11;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.support.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time in a directory of records: among processes by a lock on the file {@code .lock}, which is asked for
 * again and again, since waiting for it would end with an interrupt.
 */
final class DirectoryLock {
    static final String FILE = ".lock";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(2);

    /** For all directories of this process: closing a file drops all locks that the process has on it (fcntl(2)). */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final Path directory;
    private final Duration patience;

    DirectoryLock(Path directory) {
        this(directory, PATIENCE);
    }

    DirectoryLock(Path directory, Duration patience) {
        this.directory = directory;
        this.patience = patience;
    }

    /** Something done to the directory by its only writer. */
    interface Change<T> {
        T make() throws IOException;
    }

    /** @throws StoreUnavailableException if somebody else keeps the lock */
    <T> T alone(Change<T> change) throws IOException {
        Deadline deadline = Deadline.in(patience);
        if (!deadline.lock(IN_PROCESS)) {
            throw busy();
        }
        try (FileChannel channel = open();
                FileLock held = acquire(channel, deadline)) {
            Objects.requireNonNull(held);
            return change.make();
        } finally {
            IN_PROCESS.unlock();
        }
    }

    private FileChannel open() throws IOException {
        Path file = directory.resolve(FILE);
        Set<? extends OpenOption> options = Set.of(CREATE, WRITE, LinkOption.NOFOLLOW_LINKS);
        FileAttribute<?> secret = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            return FileChannel.open(file, options, secret);
        } catch (UnsupportedOperationException e) {
            return FileChannel.open(file, options); // no such permissions here (Windows)
        }
    }

    private FileLock acquire(FileChannel channel, Deadline deadline) throws IOException {
        FileLock lock = tryLock(channel);
        while (lock == null) {
            if (deadline.isOver()) {
                throw busy();
            }
            deadline.sleep(PAUSE);
            lock = tryLock(channel);
        }
        return lock;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this class was loaded twice, by two applications of one server
        }
    }

    private StoreUnavailableException busy() {
        return new StoreUnavailableException(
                "Another writer has kept " + directory + " locked for " + patience.toSeconds()
                        + " seconds. Nothing was changed; find it with `fuser` on the file " + FILE
                        + " there, and try again.",
                null);
    }
}
