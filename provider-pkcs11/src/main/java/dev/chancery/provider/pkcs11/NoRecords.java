package dev.chancery.provider.pkcs11;

import java.util.List;
import java.util.Optional;

/** A token that takes no data objects, and no directory for them: keys sign, and that is all that is known of them. */
final class NoRecords implements KeyRecords {
    @Override
    public boolean keeps() {
        return false;
    }

    @Override
    public Optional<KeyRecord> find(TokenSession session, TokenKeyId id) {
        return Optional.empty();
    }

    @Override
    public List<KeyRecord> list(TokenSession session) {
        return List.of();
    }

    /** What is to be kept with a new key is not kept; the store does not say that it has LIFECYCLE. */
    @Override
    public Optional<KeyRecord> put(TokenSession session, KeyRecord record) {
        return Optional.empty();
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) {}
}
