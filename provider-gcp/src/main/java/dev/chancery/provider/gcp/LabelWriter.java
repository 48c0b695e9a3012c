package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.kms.v1.CryptoKey;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.records.VersionLabels;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Changes the labels of a CryptoKey, which are one map for all its versions and cannot be written on a condition: they are read at the last moment, so that
 * what other processes wrote about other versions is written again, and within this process one writer follows the other. What still falls
 * between a read and its write, core finds when it reads back. Thread-safe.
 */
final class LabelWriter {
    /** Half of what labels take to settle: a later write would be based on too old a look. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** What a version's labels and history may take, as long as there is room. */
    static final int EXTRA = 6;

    private static final int MOST_ROUNDS = 5;
    private static final Set<Code> REFUSED = Set.of(Code.INVALID_ARGUMENT, Code.UNIMPLEMENTED);

    private final Place place;
    private final KmsKeys keys;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private volatile Support support;

    /** Whether the server keeps labels: Google does, and servers that stand in for it may not. */
    enum Support {
        KEPT,
        REFUSED,
        UNKNOWN
    }

    LabelWriter(Place place, KmsKeys keys) {
        this.place = place;
        this.keys = keys;
        this.support = place.uri().plaintext() ? Support.UNKNOWN : Support.KEPT;
    }

    Support support() {
        return support;
    }

    /** Finds out whether a server that stands in for Google keeps labels, by writing none to a CryptoKey that has none. */
    Support probe() {
        if (support != Support.UNKNOWN) {
            return support;
        }
        try {
            List<CryptoKey> known = place.requests().cryptoKeys();
            Optional<CryptoKey> bare =
                    known.stream().filter(key -> key.getLabelsCount() == 0).findFirst();
            if (bare.isPresent()) {
                String name = place.names().parse(bare.get().getName()).value();
                support = send(name, Map.of(), LONGEST).isPresent() ? Support.KEPT : Support.REFUSED;
            } else if (!known.isEmpty()) {
                support = Support.KEPT;
            }
        } catch (ChanceryException e) { // the first call that needs the server tells what is wrong
            support = Support.UNKNOWN;
        }
        return support;
    }

    /**
     * Changes the labels of a version, and looks afterwards, when every write has ended that began before, whether they still stand there.
     *
     * @param change what shall stand in place of what stands; empty to leave it, because there is no room. May be the same, which is not written
     * @return what stands now, or empty if the change was
     * @throws UnsupportedException if the server keeps no labels
     */
    Optional<VersionLabels> change(KeyId id, Function<VersionLabels, Optional<VersionLabels>> change) {
        String name = KeyNames.name(id);
        Deadline deadline = Deadline.in(LONGEST);
        ReentrantLock lock = locks.computeIfAbsent(name, any -> new ReentrantLock());
        if (!deadline.lock(lock)) {
            throw new StoreUnavailableException(
                    "Writing the labels of CryptoKey " + name + " in " + place.location()
                            + " was not begun: other threads write them. Try again.",
                    null);
        }
        try {
            long started = System.nanoTime();
            VersionLabels standing = read(name);
            for (int round = 1; ; round++) {
                Optional<VersionLabels> wanted = change.apply(standing);
                if (wanted.isEmpty() || wanted.get().equals(standing)) {
                    return wanted;
                }
                VersionLabels written = write(name, wanted.get(), deadline);
                // Another writer that had read before is as fast as this one, as a rule.
                deadline.sleep(Duration.ofNanos(System.nanoTime() - started));
                started = System.nanoTime();
                standing = read(name);
                if (round == MOST_ROUNDS || isKept(standing, written, KeyNames.number(id))) {
                    return Optional.of(written);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private VersionLabels read(String name) {
        return place.requests()
                .cryptoKey(name)
                .map(key -> new VersionLabels(key.getLabelsMap()))
                .orElseThrow(() -> keys.notFound(new KeyId(name)));
    }

    /** A later revision is the business of those who wrote it. */
    private static boolean isKept(VersionLabels standing, VersionLabels written, long version) {
        return revision(standing.record(version)) >= revision(written.record(version));
    }

    private static long revision(StoredRecord record) {
        return record.legible().map(KeyRecord::revision).orElse(-1L);
    }

    private VersionLabels write(String name, VersionLabels wanted, Deadline deadline) {
        Optional<CryptoKey> answer =
                support == Support.REFUSED ? Optional.empty() : send(name, wanted.all(), deadline.left());
        if (answer.filter(key -> key.getLabelsMap().equals(wanted.all())).isEmpty()) {
            support = Support.REFUSED;
            throw new UnsupportedException(
                    "The server of " + place.location() + " keeps no labels, and so no states, dates,"
                            + " marks and rings (it lacks LIFECYCLE): its keys can be made, sign and verify. Use Google Cloud KMS"
                            + " itself for the rest.");
        }
        support = Support.KEPT;
        return wanted;
    }

    /** Empty if a server that may not keep labels says so; Google itself has another reason, which is told. */
    private Optional<CryptoKey> send(String name, Map<String, String> labels, Duration atMost) {
        Set<Code> mayRefuse = support == Support.UNKNOWN ? REFUSED : Set.of();
        return place.requests().setLabels(name, labels, atMost, mayRefuse);
    }
}
