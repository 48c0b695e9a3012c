package dev.chancery.provider.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.chancery.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time in one directory: among the threads of this process by a lock in memory, among processes by a lock
 * on the file {@code .lock}. Nothing else opens that file, because closing any channel on a file drops all of the process's
 * POSIX locks on it (fcntl(2)).
 *
 * <p>The file is not empty while a writer is at work, so whoever finds it so follows one that died, and tidies up first.
 */
final class StoreLock {
    static final String FILE = ".lock";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    /** By the directory's identity, so that two names for one directory share a lock; one small entry a directory. */
    private static final Map<Object, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private final StoreDirectory directory;
    private final Duration patience;
    private volatile boolean tidied;

    StoreLock(StoreDirectory directory) {
        this(directory, PATIENCE);
    }

    StoreLock(StoreDirectory directory, Duration patience) {
        this.directory = directory;
        this.patience = patience;
    }

    /** Something done to the store's files by its only writer. */
    @FunctionalInterface
    interface Change<T> {
        T apply(Path root) throws IOException;
    }

    /**
     * Changes the store. To be called by the thread that wants the change; runs it on {@link FileThreads}.
     *
     * @param tidy done first where a writer may have died
     * @throws StoreUnavailableException if another thread or another process keeps the lock
     */
    <T> T change(Change<?> tidy, Change<T> change) throws IOException {
        Path root = FileThreads.call(directory::makeRoot);
        ReentrantLock lock = IN_PROCESS.computeIfAbsent(identity(root), key -> new ReentrantLock());
        if (!acquire(lock)) {
            throw new StoreUnavailableException(
                    "Another thread of this process has kept " + directory.location() + " locked for "
                            + patience.toSeconds() + " seconds. Nothing was changed; try again.",
                    null);
        }
        try {
            return FileThreads.call(() -> changeAlone(root, tidy, change));
        } finally {
            lock.unlock();
        }
    }

    /** Waits whatever the interrupts: a change is made or refused for reasons of the store's. */
    private boolean acquire(ReentrantLock lock) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Object identity(Path root) throws IOException {
        Object key = Files.readAttributes(root, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
        return key == null ? root : key;
    }

    private <T> T changeAlone(Path root, Change<?> tidy, Change<T> change) throws IOException {
        Path file = root.resolve(FILE);
        try (FileChannel channel = FileChannel.open(
                        file,
                        Set.of(CREATE, WRITE, LinkOption.NOFOLLOW_LINKS),
                        directory.rules().secretFile(root));
                FileLock held = acquire(channel)) {
            Objects.requireNonNull(held);
            boolean leftBehind = channel.size() > 0;
            if (!leftBehind) {
                channel.write(ByteBuffer.wrap(new byte[] {'w'}), 0);
            }
            if (leftBehind || !tidied) {
                tidy.apply(root);
                tidied = true;
            }
            T result = change.apply(root);
            // Not reached after a failure: the next writer looks whether something was left behind.
            channel.truncate(0);
            return result;
        }
    }

    private FileLock acquire(FileChannel channel) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (long pause = 100_000; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new StoreUnavailableException(
                        "Another process has kept " + directory.location() + " locked for " + patience.toSeconds()
                                + " seconds. Nothing was changed; find it with `fuser` on the file " + FILE
                                + " there, and try again.",
                        null);
            }
            LockSupport.parkNanos(pause);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this class was loaded twice, by two applications of one server
        }
    }
}
