package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKey;
import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.VersionLabels;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** Records of destroyed versions that stand in the archive, so that a CryptoKey's 64 labels have room for others. */
record Archived(Place place) {
    static final String MAKE_ROOM =
            "Remove labels that are not Chancery's, or destroy versions that nothing verifies with any more:"
                    + " with CHANCERY_ARCHIVE set, their labels move there.";

    /** What a version's record takes at most, with room to grow. */
    private static final int VERSION = 9;

    /** The record of a destroyed version; empty where the archive has none, or cannot be read, which core tells. */
    Optional<KeyRecord> record(KeyId id) {
        try {
            return place.archive()
                    .flatMap(archive -> archive.find(place.location(), id))
                    .filter(kept -> kept.state() == KeyState.DESTROYED)
                    .map(KeyRecord::ofArchived);
        } catch (ChanceryException e) {
            return Optional.empty();
        }
    }

    /** CryptoKeys with no room for another version's record. */
    List<Finding> crowded() {
        return place.requests().cryptoKeys().stream()
                .filter(this::isCrowded)
                .map(key -> new Finding(
                        "labels of " + place.names().parse(key.getName()),
                        HealthStatus.DEGRADED,
                        "There are " + key.getLabelsCount() + " of " + VersionLabels.MOST
                                + " labels, and no room for another version: the next rotation will be refused. "
                                + MAKE_ROOM))
                .toList();
    }

    private boolean isCrowded(CryptoKey key) {
        String name = place.names().parse(key.getName()).value();
        return !new VersionLabels(key.getLabelsMap()).hasRoom(VERSION, of(name));
    }

    /** The records of a CryptoKey's destroyed versions, by their numbers. */
    LongFunction<Optional<KeyRecord>> of(String name) {
        return version -> record(KeyNames.version(name, version));
    }
}
