package dev.chancery.provider.pkcs11;

import java.util.List;
import java.util.Optional;

/** Where {@link KeyRecord}s are kept. Called with a session of the token; for changes with one that may write. */
interface KeyRecords {

    /** Whether records are kept at all. */
    boolean keeps();

    /** The record of a key, by its whole id. */
    Optional<KeyRecord> find(TokenSession session, TokenKeyId id) throws CkException;

    /** All records. */
    List<KeyRecord> list(TokenSession session) throws CkException;

    /**
     * Writes a record, in the place of those of the same key that have a lower revision.
     *
     * @return what somebody else wrote since the record was read that this one was made from: the change is to be made again,
     *     on top of it; empty if there is no such thing
     */
    Optional<KeyRecord> put(TokenSession session, KeyRecord record) throws CkException;

    /** Removes a record, if it is there. */
    void remove(TokenSession session, TokenKeyId id) throws CkException;
}
