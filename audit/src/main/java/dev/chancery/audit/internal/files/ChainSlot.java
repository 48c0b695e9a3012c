package dev.chancery.audit.internal.files;

import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
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
public final class ChainSlot implements AutoCloseable {
    private static final int MOST = 4_096;

    /**
     * Begins the names under which the JVM's properties have the chains that it writes, whichever class loader loaded this.
     * Opening a locked file once more, and closing it, would drop the lock (fcntl(2)); so does the garbage collector, which
     * closes what is not reachable.
     */
    private static final String HELD = "dev.chancery.audit.held:";

    /** Files that somebody else in this JVM has locked, and that must never be closed therefore. */
    private static final Queue<FileChannel> LEFT_OPEN = new ConcurrentLinkedQueue<>();

    private final ChainDirectory chain;
    private final String key;
    private final FileChannel channel;

    private ChainSlot(ChainDirectory chain, String key, FileChannel channel) {
        this.chain = chain;
        this.key = key;
        this.channel = channel;
    }

    /** Takes the lowest free chain. To be called on a thread that no code interrupts. */
    public static ChainSlot take(Path log, LogFiles files) throws IOException {
        for (int number = 1; number <= MOST; number++) {
            ChainDirectory chain = ChainDirectory.of(log, number);
            files.makeDirectories(chain.path());
            Optional<ChainSlot> slot = take(chain);
            if (slot.isPresent()) {
                return slot.get();
            }
        }
        throw new StoreUnavailableException(
                "All " + MOST + " chains of the audit log in " + log
                        + " are being written to. Is a program opened many times?",
                null);
    }

    /** Takes a chain that no process writes. To be called on a thread that no code interrupts. */
    public static Optional<ChainSlot> take(ChainDirectory chain) throws IOException {
        String key = HELD + chain.path().toRealPath();
        if (System.getProperties().putIfAbsent(key, "") != null) {
            return Optional.empty();
        }
        ChainSlot slot = null;
        try {
            slot = lock(chain, key);
        } finally {
            if (slot == null) {
                System.getProperties().remove(key);
            }
        }
        return Optional.ofNullable(slot);
    }

    private static @Nullable ChainSlot lock(ChainDirectory chain, String key) throws IOException {
        FileChannel channel =
                FileChannel.open(chain.path().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new ChainSlot(chain, key, channel);
            }
        } catch (OverlappingFileLockException e) {
            LEFT_OPEN.add(channel);
            return null;
        }
        channel.close();
        return null;
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
