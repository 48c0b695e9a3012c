package dev.chancery.audit;

import dev.chancery.StoreUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write one chain, held for life: a lock on the file {@code lock} in the chain's directory. The lowest free one
 * is taken, so that commands which come one after the other make one chain, and processes that run together share no lock.
 */
final class ChainSlot implements AutoCloseable {
    private static final int MOST = 4_096;

    /** Chains that this process writes. Opening a locked file once more, and closing it, would drop the lock (fcntl(2)). */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final ChainDirectory chain;
    private final Path key;
    private final FileChannel channel;

    private ChainSlot(ChainDirectory chain, Path key, FileChannel channel) {
        this.chain = chain;
        this.key = key;
        this.channel = channel;
    }

    /** Takes the lowest free chain. To be called on a thread that nobody interrupts. */
    static ChainSlot take(Path log, LogFiles files) throws IOException {
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

    /** Takes a chain, unless somebody writes it. To be called on a thread that nobody interrupts. */
    static Optional<ChainSlot> take(ChainDirectory chain) throws IOException {
        Path key = chain.path().toRealPath();
        if (!HELD.add(key)) {
            return Optional.empty();
        }
        ChainSlot slot = null;
        try {
            slot = lock(chain, key);
        } finally {
            if (slot == null) {
                HELD.remove(key);
            }
        }
        return Optional.ofNullable(slot);
    }

    private static @Nullable ChainSlot lock(ChainDirectory chain, Path key) throws IOException {
        FileChannel channel =
                FileChannel.open(chain.path().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new ChainSlot(chain, key, channel);
            }
        } catch (OverlappingFileLockException loadedTwice) {
            // By two applications of one server. Left open: closing it would drop the other's lock.
            return null;
        }
        channel.close();
        return null;
    }

    ChainDirectory chain() {
        return chain;
    }

    @Override
    public void close() throws IOException {
        HELD.remove(key);
        channel.close();
    }
}
