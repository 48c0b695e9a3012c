package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import dev.chancery.caller.SideBySide;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.records.VersionLabels;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads keys. What never changes of one, {@link Materials} keep; all else is asked for each time. */
class KmsKeys {
    final Place place;
    final Materials materials;

    KmsKeys(Place place) {
        this.place = place;
        this.materials = new Materials(place);
    }

    Optional<StoredKey> find(KeyId id) {
        return labels(VersionedId.name(id)).flatMap(labels -> {
            Optional<KeyVersion> version = VersionedId.hasVersion(id) ? version(id) : named(id.value(), labels);
            return version.map(found -> facts(found, labels));
        });
    }

    /** The labels of a CryptoKey; empty if there is none. */
    Optional<VersionLabels> labels(String name) {
        return place.requests().labels(name);
    }

    /** A name without a version means the newest version with a sound record, else the newest that is not on its way out. */
    Optional<KeyVersion> named(String name, VersionLabels labels) {
        List<KeyVersion> versions = place.requests().versions(name);
        return newest(versions, version -> isSound(labels.record(version.number())))
                .or(() -> newest(versions, version -> !version.isLeaving()))
                .or(() -> newest(versions, version -> true));
    }

    static Optional<KeyVersion> newest(List<KeyVersion> versions, Predicate<KeyVersion> which) {
        return versions.stream().filter(which).max(KeyVersion.BY_NUMBER);
    }

    private static boolean isSound(StoredRecord record) {
        return record.legible().filter(known -> !known.withdrawn()).isPresent();
    }

    Optional<KeyVersion> version(KeyId id) {
        return place.requests().version(id);
    }

    Stream<StoredKey> list() {
        List<CryptoKey> signing = place.requests().cryptoKeys().stream()
                .filter(key -> key.getPurpose() == CryptoKeyPurpose.ASYMMETRIC_SIGN)
                .toList();
        return ofCryptoKeys(signing).stream().filter(key -> !isRemoved(key));
    }

    /** All versions of some CryptoKeys as facts, several asked for at once; one that is out of reach hides none of the others. */
    List<StoredKey> ofCryptoKeys(List<CryptoKey> cryptoKeys) {
        List<Supplier<StoredKey>> versions = SideBySide.map(
                        cryptoKeys, place.uri().inFlight(), this::versions)
                .stream()
                .flatMap(List::stream)
                .toList();
        return SideBySide.map(versions, place.uri().inFlight(), Supplier::get);
    }

    private List<Supplier<StoredKey>> versions(CryptoKey key) {
        VersionLabels labels = new VersionLabels(key.getLabelsMap());
        return place.requests().versions(place.names().parse(key.getName()).value()).stream()
                .<Supplier<StoredKey>>map(version -> () -> amongOthers(version, labels))
                .toList();
    }

    private StoredKey amongOthers(KeyVersion version, VersionLabels labels) {
        try {
            return facts(version, labels);
        } catch (KeyAccessException | KeyNotFoundException e) {
            PublicHalf half = new PublicHalf.Unreadable(Problem.INACCESSIBLE, String.valueOf(e.getMessage()));
            return describe(version, labels, half).build();
        }
    }

    /** A candidate that was removed, or a version of which nothing is left but its number. */
    private static boolean isRemoved(StoredKey key) {
        return key.isRemovedCandidate()
                || (key.service() instanceof Service.Gone && key.record() instanceof StoredRecord.Absent);
    }

    /** A version and the labels of its CryptoKey as facts. */
    StoredKey facts(KeyVersion version, VersionLabels labels) {
        return describe(version, labels, materials.half(version)).build();
    }

    private StoredKey.Builder describe(KeyVersion version, VersionLabels labels, PublicHalf half) {
        StoredKey.Builder facts = StoredKey.builder(version.id(), half, version.protection())
                .record(record(version, labels))
                .service(version.service())
                .created(version.created())
                .evidence(evidence(version, labels));
        Algorithms.kind(version.algorithm())
                .ifPresent(kind -> facts.spec(kind.spec()).signsWith(kind.signsWith()));
        return facts;
    }

    private StoredRecord record(KeyVersion version, VersionLabels labels) {
        StoredRecord record = labels.record(version.number());
        Optional<KeyRecord> archived = record instanceof StoredRecord.Absent && version.isLeaving()
                ? new Archived(place).record(version.id())
                : Optional.empty();
        return archived.<StoredRecord>map(kept -> new StoredRecord.Present(kept, ""))
                .orElse(record);
    }

    /** Another tool makes no versions of a CryptoKey of ours, so that a version without a record has lost it. */
    Optional<String> evidence(KeyVersion version, VersionLabels labels) {
        return labels.versions().isEmpty() ? Optional.empty() : Optional.of(VersionedId.evidence(version.id()));
    }

    /**
     * What signing needs of a version. Core signs only with keys that it has found, so that this is no call.
     *
     * @throws KeyNotFoundException if there is none, or Google keeps its public half back
     */
    Materials.Material material(KeyId id) {
        return materials
                .known(id)
                .or(() -> {
                    version(id).ifPresent(materials::half);
                    return materials.known(id);
                })
                .orElseThrow(() -> KeyNotFoundException.of(id.value(), place.location()));
    }
}
