package dev.chancery.spi.records;

import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Changes {@link VersionLabels} in a place that cannot write them on a condition. They are read at the last moment, so that what other processes
 * have written about other versions is written again; one writer of this process follows the other; and afterwards, when a writer that had read before is through
 * as a rule, the record is looked for, and written again where it was overwritten. What is lost all the same, core finds when it reads back. Thread-safe.
 */
public final class SharedLabels {
    private static final int MOST_ROUNDS = 5;

    private final Store store;
    private final Duration longest;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Where the labels are. Thread-safe. */
    public interface Store {
        /**
         * Reads.
         *
         * @param name the key that the versions are of
         * @return its labels as they are
         * @throws dev.chancery.error.KeyNotFoundException if there is no such key
         */
        VersionLabels read(String name);

        /**
         * Writes, once.
         *
         * @param name the key
         * @param labels all its labels
         * @param atMost how long it may take
         */
        void write(String name, VersionLabels labels, Duration atMost);
    }

    /**
     * Takes a place.
     *
     * @param store the place
     * @param longest how long a change may take: half of what the place takes to settle
     */
    public SharedLabels(Store store, Duration longest) {
        this.store = store;
        this.longest = longest;
    }

    /**
     * Changes the labels of one version.
     *
     * @param name the key
     * @param version the version's number
     * @param change makes what shall stand out of what stands; the same, to write nothing; empty, because there is no room. May be called again
     * @return what stands now, or empty if the change was
     * @throws StoreUnavailableException if other threads change labels for too long
     */
    public Optional<VersionLabels> change(
            String name, long version, Function<VersionLabels, Optional<VersionLabels>> change) {
        Deadline deadline = Deadline.in(longest);
        ReentrantLock lock = locks.computeIfAbsent(name, any -> new ReentrantLock());
        if (!deadline.lock(lock)) {
            throw new StoreUnavailableException(
                    "Writing the labels of '" + name + "' was not begun: other threads write them. Try again.", null);
        }
        try {
            long started = System.nanoTime();
            VersionLabels standing = store.read(name);
            for (int round = 1; ; round++) {
                Optional<VersionLabels> wanted = change.apply(standing);
                if (wanted.isEmpty() || wanted.get().equals(standing)) {
                    return wanted;
                }
                store.write(name, wanted.get(), deadline.left());
                // Another writer that had read before is as fast as this one, as a rule.
                deadline.sleep(Duration.ofNanos(System.nanoTime() - started));
                started = System.nanoTime();
                standing = store.read(name);
                if (round == MOST_ROUNDS || isKept(standing, wanted.get(), version)) {
                    return wanted;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** A later revision is the business of those who wrote it. */
    private static boolean isKept(VersionLabels standing, VersionLabels written, long version) {
        return revision(standing.record(version)) >= revision(written.record(version));
    }

    private static long revision(StoredRecord record) {
        return record.legible().map(KeyRecord::revision).orElse(-1L);
    }
}
