package dev.chancery.spi.replicas;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.ShellWord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of keys: read and signed with while the home does not answer, and made like the home after each change. One that could not be is tried again
 * whenever the key is looked at, and health tells of it.
 */
final class Copies {
    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

    /** The version of a record that was not read at home, on which no change may rest. */
    private static final String ELSEWHERE = "elsewhere";

    private final KeyBackend home;
    private final List<Replica> replicas;
    private final Predicate<KeyId> isReplicated;

    /** Keys as the home was last seen with them, and the names that led to them. */
    private final Map<KeyId, StoredKey> seen = new ConcurrentHashMap<>();

    private final Map<KeyId, KeyId> names = new ConcurrentHashMap<>();

    /** Keys that have a copy which is not like its home. */
    private final Set<KeyId> behind = ConcurrentHashMap.newKeySet();

    Copies(KeyBackend home, List<Replica> replicas, Predicate<KeyId> isReplicated) {
        this.home = home;
        this.replicas = replicas;
        this.isReplicated = isReplicated;
    }

    /** The key that a name stood for when the home answered. */
    KeyId known(KeyId id) {
        return names.getOrDefault(id, id);
    }

    boolean areOf(KeyId id) {
        return isReplicated.test(id);
    }

    /** The home has told of a key. */
    void see(KeyId asked, StoredKey key) {
        if (!areOf(key.id())) {
            return;
        }
        seen.put(key.id(), key);
        if (!asked.equals(key.id())) {
            names.put(asked, key.id());
        }
        if (behind.contains(key.id())) {
            makeAlike(key);
        }
    }

    // --- in the home's stead

    Optional<StoredKey> find(KeyId id, StoreUnavailableException failure) {
        return first(failure, replica -> replica.backend().find(id).map(copy -> judge(copy, failure)));
    }

    /**
     * Only the home knows for certain what a key may do: what it said last, or what the copy was told last, is the least that there must be. A
     * record that makes no sense in one place, or is lost at home, is not mended by the other's, and a mark of either counts.
     */
    private StoredKey judge(StoredKey copy, StoreUnavailableException failure) {
        Optional<StoredKey> last = Optional.ofNullable(seen.get(copy.id()));
        List<StoredRecord> records = Stream.concat(Stream.of(copy.record()), last.map(StoredKey::record).stream())
                .toList();
        Optional<CompromisedSince> mark =
                records.stream().flatMap(record -> record.mark().stream()).reduce(CompromisedSince::earlier);
        Optional<StoredRecord> illegible = records.stream()
                .filter(record -> record instanceof StoredRecord.Damaged || record instanceof StoredRecord.Newer)
                .findFirst();
        if (illegible.isPresent()) {
            return copy.withRecord(
                    illegible.get() instanceof StoredRecord.Damaged damaged
                            ? new StoredRecord.Damaged(mark, damaged.why(), ELSEWHERE)
                            : illegible.get());
        }
        Optional<StoredKey> lost = last.filter(key ->
                key.record() instanceof StoredRecord.Absent && key.evidence().isPresent());
        if (lost.isPresent()) {
            return copy.withRecord(lost.get().record()).withEvidence(lost.get().evidence());
        }
        Optional<KeyRecord> later = records.stream()
                .flatMap(record -> record.legible().stream())
                .max(Comparator.comparing(KeyRecord::revision));
        if (later.isPresent()) {
            KeyRecord counts = mark.map(later.get()::withMark).orElse(later.get());
            return copy.withRecord(new StoredRecord.Present(counts, ELSEWHERE));
        }
        if (last.isPresent() || home.abilities().keepsRecords().isEmpty()) {
            return copy;
        }
        throw new StoreUnavailableException(
                "The copy has no record, so that nothing says what the key may do.", failure);
    }

    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input, StoreUnavailableException failure) {
        return first(failure, replica -> Optional.of(replica.backend().sign(id, algorithm, input)))
                .orElseThrow(() -> failure);
    }

    /** The first answer of a place that has the key; never empty. */
    private <T> Optional<T> first(StoreUnavailableException failure, Function<Replica, Optional<T>> call) {
        StringBuilder why = new StringBuilder(failure.getMessage());
        for (Replica replica : replicas) {
            try {
                Optional<T> answer = call.apply(replica);
                if (answer.isPresent()) {
                    return answer;
                }
                why.append(" There is no copy in ").append(replica.name()).append('.');
            } catch (StoreUnavailableException e) {
                why.append(" In ").append(replica.name()).append(": ").append(e.getMessage());
            }
        }
        throw new StoreUnavailableException(why.toString(), failure);
    }

    // --- like the home

    /** @throws StoreUnavailableException if a key was read while its home did not answer */
    void requireReadAtHome(StoredKey read) {
        if (read.record().version().equals(ELSEWHERE)) {
            throw new StoreUnavailableException(
                    "Key " + read.id() + " was not changed: its home, " + home.location()
                            + ", did not answer, and decides. Try again when it does.",
                    null);
        }
    }

    /** Makes the copies of a key like the home, which has just changed it. */
    void makeAlike(KeyId id) {
        if (areOf(id)) {
            home.find(id).ifPresent(key -> {
                seen.put(id, key);
                makeAlike(key);
            });
        }
    }

    private void makeAlike(StoredKey key) {
        boolean alike = true;
        for (Replica replica : replicas) {
            try {
                replica.backend().find(key.id()).ifPresent(copy -> makeAlike(key, copy, replica.backend()));
            } catch (ChanceryException e) {
                alike = false;
                LOG.warn("The copy of key {} in {} is not like its home: {}", key.id(), replica.name(), e.getMessage());
            }
        }
        if (alike) {
            behind.remove(key.id());
        } else {
            behind.add(key.id());
        }
    }

    private static void makeAlike(StoredKey key, StoredKey copy, KeyBackend place) {
        boolean out = !(key.service() instanceof Service.In);
        var switches = place.abilities().switchesKeys();
        if (out && copy.service() instanceof Service.In) {
            switches.ifPresent(any -> any.disable(copy.id()));
        }
        key.record()
                .legible()
                .filter(record -> !copy.record().legible().equals(Optional.of(record)))
                .ifPresent(record -> place.abilities().keepsRecords().ifPresent(any -> any.put(copy, record, !out)));
        if (!out && copy.service() instanceof Service.Out) {
            switches.ifPresent(any -> any.enable(copy.id()));
        }
        if (key.service() instanceof Service.Leaving && !(copy.service() instanceof Service.Leaving)) {
            place.abilities().destroysKeys().ifPresent(any -> any.destroy(copy.id()));
        }
    }

    boolean areAlike(KeyId id) {
        return !behind.contains(id);
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Optional<KeyId> any = seen.keySet().stream().findFirst();
        for (Replica replica : replicas) {
            findings.add(any.map(id -> look(replica, id))
                    .orElseGet(() -> new Finding(
                            "replica " + replica.name(),
                            HealthStatus.UP,
                            "No key with copies has been looked at yet.")));
        }
        behind.forEach(id -> findings.add(new Finding(
                        "copies",
                        HealthStatus.DEGRADED,
                        "A copy of key " + id + " is not like its home: look at the log, and repeat the change.")
                .withMend(show(id))));
        return findings;
    }

    private static String show(KeyId id) {
        return "chancery show " + ShellWord.quote(id.value());
    }

    private static Finding look(Replica replica, KeyId id) {
        String name = "replica " + replica.name();
        try {
            return replica.backend().find(id).isPresent()
                    ? new Finding(name, HealthStatus.UP, "It answers, and has a copy of " + id + ".")
                    : new Finding(name, HealthStatus.DEGRADED, "It has no copy of " + id + ".").withMend(show(id));
        } catch (ChanceryException e) {
            return new Finding(name, HealthStatus.DEGRADED, e.getMessage())
                    .withMend(replica.backend().traits().diagnosis());
        }
    }
}
