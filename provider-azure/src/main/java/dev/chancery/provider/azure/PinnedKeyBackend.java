package dev.chancery.provider.azure;

import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.VersionedId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** One key of a vault, for a process that may look at it and sign with it ({@code keys/get}, {@code keys/sign}), and nothing else. */
final class PinnedKeyBackend extends VaultBackend {
    private final Optional<KeyId> key;

    PinnedKeyBackend(Place place, KeyStoreConfig config) {
        super(new PinnedKey(place));
        this.key = config.options().defaultKey().map(this::parse);
    }

    /** A name alone is followed to its newest version that signs. */
    private static final class PinnedKey extends VaultKeys {
        PinnedKey(Place place) {
            super(place);
        }

        @Override
        Optional<StoredKey> find(KeyId id) {
            if (VersionedId.hasVersion(id)) {
                return super.find(id);
            }
            Optional<KeyVersion> latest = version(id);
            return latest.filter(this::signs)
                    .or(() -> newestThatSigns(id))
                    .or(() -> latest)
                    .map(version -> facts(version, List.of()));
        }

        /** Where listing is permitted; else the latest speaks for itself. */
        private Optional<KeyVersion> newestThatSigns(KeyId id) {
            try {
                return versions(id.value()).stream().filter(this::signs).max(KeyVersion.BY_AGE);
            } catch (KeyAccessException notPermitted) {
                return Optional.empty();
            }
        }

        private boolean signs(KeyVersion version) {
            return version.tags().record().letsSign(place.clock().instant())
                    && version.service(Instant.now()) instanceof Service.In;
        }

        /** Other versions are not this process's to look at. */
        @Override
        StoredKey judgeOrigin(
                StoredKey facts, KeyVersion version, Material material, Function<String, List<KeyVersion>> siblings) {
            return facts;
        }
    }

    @Override
    public Traits traits() {
        return place.traits().build();
    }

    @Override
    public Abilities abilities() {
        return Abilities.NONE;
    }

    @Override
    public boolean follows(KeyId id) {
        return !VersionedId.hasVersion(id);
    }

    /** The one that is configured, since listing takes a permission of its own. */
    @Override
    public Stream<StoredKey> list() {
        return key.flatMap(this::find).stream();
    }
}
