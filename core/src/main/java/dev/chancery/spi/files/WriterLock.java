package dev.chancery.spi.files;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time: among the threads of this process by a lock in memory, among processes by a lock on a file that nothing
 * else opens, because closing any channel on a file drops all of the process's POSIX locks on it (fcntl(2)). The file holds a byte
 * while a writer is at work, so the next one sees that it died.
 *
 * <p>Thread-safe, and reentrant. Interrupts wait until the lock is free again.
 */
public final class WriterLock {
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    /** By directory and name, so that two paths to one file share a lock; one small entry each. */
    private static final Map<Object, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    /** Files that another application in this JVM has locked with its own copy of this class: closing one would unlock it. */
    private static final Queue<FileChannel> LEFT_OPEN = new ConcurrentLinkedQueue<>();

    private final Path file;
    private final Duration patience;

    /**
     * A lock that is not held yet.
     *
     * @param file the lock's own file, in a directory that exists when the lock is taken; made with mode 0600. A symbolic link is
     *     refused
     * @param patience how long to wait for another thread or process
     */
    public WriterLock(Path file, Duration patience) {
        this.file = file.toAbsolutePath();
        this.patience = patience;
    }

    /**
     * What the only writer does.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does it.
         *
         * @param afterFailure whether the writer before failed or died at work, and may have left something half-done
         * @return what came of it
         * @throws IOException if it fails; the next writer is then told
         */
        T run(boolean afterFailure) throws IOException;
    }

    private record Held(FileLock lock, boolean afterFailure) {}

    /**
     * Works as the only writer.
     *
     * @param <T> what comes of it
     * @param work what to do
     * @return what came of it
     * @throws StoreUnavailableException if another thread or process keeps the lock
     * @throws IOException if the file cannot be locked, or the work throws it
     */
    public <T> T hold(Work<T> work) throws IOException {
        ReentrantLock turn = IN_PROCESS.computeIfAbsent(identity(), any -> new ReentrantLock());
        long end = System.nanoTime() + patience.toNanos();
        if (!Uninterrupted.tryLock(turn, end)) {
            throw new StoreUnavailableException(
                    "Another thread of this process has kept " + file.getParent() + " locked for "
                            + patience.toSeconds() + " seconds. Nothing was changed; try again.",
                    null);
        }
        try {
            return turn.getHoldCount() > 1 ? work.run(false) : Uninterrupted.callOnce(() -> holdAlone(work, end));
        } finally {
            turn.unlock();
        }
    }

    private Object identity() throws IOException {
        Path directory = Objects.requireNonNull(file.getParent());
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return List.of(key == null ? directory.toRealPath() : key, file.getFileName());
    }

    private <T> T holdAlone(Work<T> work, long end) throws IOException {
        Held held = Uninterrupted.call(() -> acquire(end));
        // Closing the channel releases the lock; releasing it first would fail where an interrupt has closed the
        // channel.
        try (FileChannel channel = (FileChannel) held.lock.acquiredBy()) {
            T result = work.run(held.afterFailure);
            Uninterrupted.call(() -> clear(channel));
            return result;
        }
    }

    private Held acquire(long end) throws IOException {
        FileChannel channel = FileChannel.open(
                file, Set.of(CREATE, WRITE, LinkOption.NOFOLLOW_LINKS), FileModes.of(file, "rw-------"));
        try {
            FileLock lock = poll(channel, end);
            boolean afterFailure = channel.size() > 0;
            if (!afterFailure) {
                channel.write(ByteBuffer.wrap(new byte[] {'w'}), 0);
            }
            return new Held(lock, afterFailure);
        } catch (OverlappingFileLockException e) {
            LEFT_OPEN.add(channel);
            throw busy(e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Asks again and again: waiting inside {@code lock} would end with an interrupt. */
    private FileLock poll(FileChannel channel, long end) throws IOException {
        for (long pause = 100_000; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            boolean over = System.nanoTime() - end >= 0;
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
                if (over) {
                    throw busy(null);
                }
            } catch (OverlappingFileLockException e) {
                if (over) {
                    throw e;
                }
            }
            Uninterrupted.pause(pause);
        }
    }

    /** If an interrupt has closed the file, the byte stays, and the next writer looks for nothing. */
    private static boolean clear(FileChannel channel) throws IOException {
        if (channel.isOpen()) {
            channel.truncate(0);
        }
        return true;
    }

    private StoreUnavailableException busy(@Nullable Exception cause) {
        return new StoreUnavailableException(
                "Another process has kept " + file.getParent() + " locked for " + patience.toSeconds()
                        + " seconds. Nothing was changed; find it with `fuser` on the file " + file.getFileName()
                        + " there, and try again.",
                cause);
    }
}
