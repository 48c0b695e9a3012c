package dev.chancery.provider.aws;

import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** One key of KMS, for a process that may sign with it and look at it, and nothing else. */
final class PinnedKeyBackend extends KmsBackend {
    private final Optional<KeyId> key;

    PinnedKeyBackend(Place place, KeyStoreConfig config) {
        super(new PinnedKey(place), config.localKeys());
        this.key = config.options().defaultKey().map(this::parse);
    }

    /** Tags count where they may be read; no alias may be. */
    private static final class PinnedKey extends KmsKeys {
        private final Set<KeyId> tagged = ConcurrentHashMap.newKeySet();

        PinnedKey(Place place) {
            super(place);
        }

        /** Tags once seen are needed: a mark is not forgotten because a permission is gone. */
        @Override
        KeyTags tags(KeyId id) {
            try {
                KeyTags read = super.tags(id);
                tagged.add(id);
                return read;
            } catch (KeyAccessException | UnsupportedException e) {
                if (tagged.contains(id)) {
                    throw e;
                }
                return KeyTags.NONE;
            }
        }

        @Override
        Optional<String> evidence(KmsKey key) {
            return Optional.empty();
        }
    }

    /** KMS's own switch is the key's state. */
    @Override
    public Traits traits() {
        return place.traits().switchesWithRecord().build();
    }

    @Override
    public Abilities abilities() {
        return Abilities.NONE;
    }

    /** The one that is configured, since listing takes a permission of its own. */
    @Override
    public Stream<StoredKey> list() {
        return key.flatMap(this::find).stream();
    }
}
