package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.VersionLabels;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * One key, for a process that may sign with it and see its public half ({@code roles/cloudkms.signer}, {@code roles/cloudkms.publicKeyViewer}), and nothing
 * else. What it may see beyond that counts. A CryptoKey alone is followed to its newest version that signs.
 */
final class PinnedKeys extends KmsKeys {
    private final KeyStoreOptions options;
    private final Set<String> labelled = ConcurrentHashMap.newKeySet();

    PinnedKeys(Place place, KeyStoreOptions options) {
        super(place);
        this.options = options;
    }

    /** The one that is configured, since listing takes a permission of its own. */
    @Override
    Stream<StoredKey> list() {
        return options.defaultKey().map(place.names()::parse).flatMap(this::find).stream();
    }

    @Override
    Optional<KeyVersion> named(String name, VersionLabels labels) {
        List<KeyVersion> all = place.requests().versions(name);
        return newest(
                        all,
                        version -> version.isEnabled()
                                && labels.record(version.number())
                                        .letsSign(options.clock().instant()))
                .or(() -> newest(all, version -> true));
    }

    /** Labels once seen are needed: a mark is not forgotten because a permission is gone. */
    @Override
    Optional<VersionLabels> labels(String name) {
        try {
            VersionLabels read = super.labels(name).orElse(VersionLabels.NONE);
            labelled.add(name);
            return Optional.of(read);
        } catch (KeyAccessException e) {
            if (labelled.contains(name)) {
                throw e;
            }
            return Optional.of(VersionLabels.NONE);
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
