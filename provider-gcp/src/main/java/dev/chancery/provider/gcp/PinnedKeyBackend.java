package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.records.VersionLabels;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * One key, for a process that may sign with it and see its public half ({@code roles/cloudkms.signer}, {@code roles/cloudkms.publicKeyViewer}), and nothing
 * else. What it may see beyond that counts.
 */
final class PinnedKeyBackend extends KmsBackend {
    private final Optional<KeyId> key;

    PinnedKeyBackend(Place place, KeyStoreOptions options) {
        super(new PinnedKey(place, options.clock()));
        this.key = options.defaultKey().map(this::parse);
    }

    /** A CryptoKey alone is followed to its newest version that signs. */
    private static final class PinnedKey extends KmsKeys {
        private final Clock clock;
        private final Set<String> labelled = ConcurrentHashMap.newKeySet();

        PinnedKey(Place place, Clock clock) {
            super(place);
            this.clock = clock;
        }

        @Override
        Optional<StoredKey> find(KeyId id) {
            VersionLabels labels = labels(KeyNames.name(id));
            Optional<KeyVersion> version = KeyNames.hasVersion(id) ? version(id) : newestThatSigns(id.value(), labels);
            return version.map(found -> facts(found, labels));
        }

        private Optional<KeyVersion> newestThatSigns(String name, VersionLabels labels) {
            List<KeyVersion> all = place.requests().versions(name);
            return newest(all, version -> version.isEnabled() && permits(labels.record(version.number())))
                    .or(() -> newest(all, version -> true));
        }

        private boolean permits(StoredRecord stored) {
            return stored instanceof StoredRecord.Absent
                    || stored.legible()
                            .filter(record -> record.letsSign(clock.instant()))
                            .isPresent();
        }

        /** Labels once seen are needed: a mark is not forgotten because a permission is gone. */
        private VersionLabels labels(String name) {
            try {
                Map<String, String> read = place.requests()
                        .cryptoKey(name)
                        .map(CryptoKey::getLabelsMap)
                        .orElse(Map.of());
                labelled.add(name);
                return new VersionLabels(read);
            } catch (KeyAccessException e) {
                if (labelled.contains(name)) {
                    throw e;
                }
                return new VersionLabels(Map.of());
            }
        }

        /** Google gives the public half of an enabled version only, so that a process which has it knows the state as well. */
        @Override
        Optional<KeyVersion> version(KeyId id) {
            try {
                return super.version(id);
            } catch (KeyAccessException mayNotLook) {
                CryptoKeyVersion.Builder said =
                        CryptoKeyVersion.newBuilder().setName(place.names().version(id));
                return materials
                        .ask(id)
                        .map(answer -> said.setAlgorithm(answer.getAlgorithm())
                                .setProtectionLevel(answer.getProtectionLevel())
                                .setState(CryptoKeyVersionState.ENABLED))
                        .or(() -> materials
                                .known(id)
                                .map(known ->
                                        said.setAlgorithm(known.algorithm()).setState(CryptoKeyVersionState.DISABLED)))
                        .map(shown -> new KeyVersion(id, shown.build()));
            }
        }

        /** Other versions are not this process's to look at. */
        @Override
        Optional<String> evidence(KeyVersion version, VersionLabels labels) {
            return Optional.empty();
        }
    }

    /** Google's own switch is the key's state. */
    @Override
    public Traits traits() {
        return place.traits().switchesWithRecord().build();
    }

    @Override
    public Abilities abilities() {
        return Abilities.of(new KeyAttestations(place));
    }

    @Override
    public boolean follows(KeyId id) {
        return !KeyNames.hasVersion(id);
    }

    /** The one that is configured, since listing takes a permission of its own. */
    @Override
    public Stream<StoredKey> list() {
        return key.flatMap(this::find).stream();
    }
}
