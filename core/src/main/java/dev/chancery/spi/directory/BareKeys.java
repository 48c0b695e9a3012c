package dev.chancery.spi.directory;

import dev.chancery.key.KeyId;
import dev.chancery.spi.StoredKey;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys of a place, without their records. Thread-safe. */
public interface BareKeys {
    /**
     * Looks a key up, in the place itself and not in a cache.
     *
     * @param id the key's id
     * @return all that the place says of the key, the record {@link dev.chancery.spi.records.StoredRecord.Absent}; empty if there is none
     */
    Optional<StoredKey> find(KeyId id);

    /**
     * Looks up which keys there are, without reading any private half.
     *
     * @return their ids in any order, each once
     */
    Stream<KeyId> ids();
}
