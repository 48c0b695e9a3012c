package dev.chancery.provider.aws;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.StoredRecord;
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
        private final Set<KeyId> readable = ConcurrentHashMap.newKeySet();
        private final Set<KeyId> recorded = ConcurrentHashMap.newKeySet();

        PinnedKey(Place place) {
            super(place);
        }

        /** A name of ours was given to a key with tags. */
        @Override
        Optional<StoredKey> find(KeyId id) {
            Optional<StoredKey> found = super.find(id);
            found.filter(key -> place.names().isOurs(id.value())
                            && readable.contains(key.id())
                            && key.record() instanceof StoredRecord.Absent)
                    .ifPresent(key -> {
                        throw damaged(key.id());
                    });
            return found;
        }

        /** Tags once seen are needed: a mark is not forgotten because a permission is gone, or the tags are. */
        @Override
        KeyTags tags(KeyId id) {
            KeyTags read;
            try {
                read = super.tags(id);
            } catch (KeyAccessException | UnsupportedException e) {
                if (readable.contains(id)) {
                    throw e;
                }
                return KeyTags.NONE;
            }
            readable.add(id);
            boolean absent = read.record() instanceof StoredRecord.Absent;
            if (absent && recorded.contains(id)) {
                throw damaged(id);
            }
            if (!absent) {
                recorded.add(id);
            }
            return read;
        }

        private IntegrityException damaged(KeyId id) {
            return new IntegrityException("The tags of key " + id + " in " + place.location()
                    + " that said what it may do are gone. Put them back, or sign with another key.");
        }

        /** One pinned key may be any store's. */
        @Override
        Optional<PublicHalf.Unreadable> strangers(KeyTags tags) {
            return Optional.empty();
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
