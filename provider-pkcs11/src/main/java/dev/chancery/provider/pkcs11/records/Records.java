package dev.chancery.provider.pkcs11.records;

import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where an opening keeps the records of its keys. Called with a session of the token; for changes with one that may write. */
public interface Records {

    /** What is kept of a key, half-made ones included. */
    StoredRecord find(TokenSession session, TokenKeyId id) throws CkException;

    /** All that is kept, half-made keys' records included. */
    Map<TokenKeyId, StoredRecord> list(TokenSession session) throws CkException;

    /** Tells on the token where records are kept, before one is written elsewhere. */
    default void announce(TokenSession session) throws CkException {}

    /**
     * Writes a record in the place of the one that was read.
     *
     * @return the record as it stands now, or empty if another writer came first and nothing was written
     */
    Optional<StoredRecord> put(TokenSession session, TokenKeyId id, StoredRecord read, KeyRecord record)
            throws CkException;

    /**
     * Makes a key half-made again, unless it holds a generation; no generation can be claimed for it from then on.
     *
     * @return whether it is half-made now
     */
    boolean withdraw(TokenSession session, TokenKeyId id) throws CkException;

    /** Removes a record, if it is there. */
    void remove(TokenSession session, TokenKeyId id) throws CkException;

    /** The rings in which a key holds a generation. */
    default Set<KeyName> rings(TokenSession session) throws CkException {
        return list(session).values().stream()
                .flatMap(record -> record.legible().stream())
                .flatMap(record -> record.held().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }

    /** What shows that a key is ours although its record may be lost: clauses for {@link dev.chancery.spi.StoredKey#evidence()}. */
    default Map<TokenKeyId, String> evidence() {
        return Map.of();
    }
}
