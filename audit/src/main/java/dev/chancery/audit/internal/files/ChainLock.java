package dev.chancery.audit.internal.files;

import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The right to write one chain, held for life: a lock on the file {@code lock} in the chain's directory. The lowest free one
 * is taken, so that commands which come one after the other make one chain, and processes that run together share no lock.
 */
public final class ChainLock implements AutoCloseable {
    private static final int MOST = 4_096;

    /**
     * Begins the names under which the JVM's properties have the chains that it writes, whichever class loader loaded this.
     * Opening a locked file once more, and closing it, would drop the lock (fcntl(2)); so does the garbage collector, which
     * closes what is not reachable.
     */
    private static final String HELD = "dev.chancery.audit.held:";

    /** Files that other code in this JVM has locked, and that must never be closed therefore. */
    private static final Queue<FileChannel> LEFT_OPEN = new ConcurrentLinkedQueue<>();

    private final ChainDirectory chain;
    private final String key;
    private final FileChannel channel;
    private final FilePlace place;

    private ChainLock(ChainDirectory chain, String key, FileChannel channel, FilePlace place) {
        this.chain = chain;
        this.key = key;
        this.channel = channel;
        this.place = place;
    }

    /**
     * Takes the lowest free chain from a number on, at least 1. To be called on a thread that no code interrupts.
     *
     * @throws IOException also if a chain's directory is a link
     */
    public static ChainLock take(Path log, LogFiles files, int from) throws IOException {
        for (int number = from; number <= MOST; number++) {
            ChainDirectory chain = ChainDirectory.of(log, number);
            files.makeDirectories(chain.path());
            Optional<ChainLock> lock = take(chain);
            if (lock.isPresent()) {
                return lock.get();
            }
        }
        throw new StoreUnavailableException(
                "All " + MOST + " chains of the audit log in " + log
                        + " are being written to. Is a program opened many times?",
                null);
    }

    /** Takes a chain that no process writes. To be called on a thread that no code interrupts. */
    public static Optional<ChainLock> take(ChainDirectory chain) throws IOException {
        if (!Files.isDirectory(chain.path(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(chain.path() + " is no directory, or a link to one elsewhere");
        }
        String key = HELD + chain.path().toRealPath();
        if (System.getProperties().putIfAbsent(key, "") != null) {
            return Optional.empty();
        }
        ChainLock slot = null;
        try {
            slot = lock(chain, key);
        } finally {
            if (slot == null) {
                System.getProperties().remove(key);
            }
        }
        return Optional.ofNullable(slot);
    }

    private static @Nullable ChainLock lock(ChainDirectory chain, String key) throws IOException {
        Path file = chain.path().resolve("lock");
        LogFiles.requireFileIfThere(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new ChainLock(chain, key, channel, new FilePlace(file));
            }
        } catch (OverlappingFileLockException e) {
            LEFT_OPEN.add(channel);
            return null;
        }
        channel.close();
        return null;
    }

    /** What tells the lock's file from every other of the machine while it exists. */
    public String identity() {
        return place.identity();
    }

    /**
     * Insists that the path still leads to the file that is locked: another process could lock another.
     *
     * @throws LostLockException if not
     */
    public void requireInPlace() throws IOException {
        try {
            place.require();
        } catch (LostFileException e) {
            throw new LostLockException(e);
        }
    }

    public ChainDirectory chain() {
        return chain;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        System.getProperties().remove(key); // not before: a writer that took the chain in between could not lock it
    }
}
