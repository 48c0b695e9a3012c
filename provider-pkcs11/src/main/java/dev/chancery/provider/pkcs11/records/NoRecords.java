package dev.chancery.provider.pkcs11.records;

import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A token that takes no data objects, and no directory for them: keys sign, and that is all that is known of them. */
public final class NoRecords implements Records {
    private static final StoredRecord NONE = new StoredRecord.Absent();

    @Override
    public StoredRecord find(TokenSession session, TokenKeyId id) {
        return NONE;
    }

    @Override
    public Map<TokenKeyId, StoredRecord> list(TokenSession session) {
        return new HashMap<>();
    }

    /** What is to be kept with a new key is not kept; the store does not say that it keeps records. */
    @Override
    public Optional<StoredRecord> put(TokenSession session, TokenKeyId id, StoredRecord read, KeyRecord record) {
        return Optional.of(NONE);
    }

    @Override
    public boolean withdraw(TokenSession session, TokenKeyId id) {
        return true;
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) {}
}
