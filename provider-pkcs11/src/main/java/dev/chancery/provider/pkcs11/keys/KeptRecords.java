package dev.chancery.provider.pkcs11.keys;

import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.records.HalfMade;
import dev.chancery.provider.pkcs11.records.Records;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The records of an opening that keeps them, on the token or in a directory.
 *
 * @param token the way to the token
 * @param keys finds its keys
 * @param records where their records are
 */
public record KeptRecords(TokenConnection token, TokenKeys keys, Records records) implements KeepsRecords {
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        TokenKeyId id = TokenKeyId.parse(read.id());
        KeyRecord record = withHalf(changed, read.publicHalf());
        return token.change("Changing key " + id, session -> {
            try {
                records.announce(session);
                Optional<StoredRecord> written = records.put(session, id, read.record(), record);
                if (written.isPresent()) {
                    return new PutResult.Written(read.withRecord(written.get()));
                }
                return new PutResult.Overtaken(keys.find(session, id)
                        .orElseThrow(() -> new KeyNotFoundException(
                                "Key " + id + " in " + token.location() + " was removed by another process.")));
            } catch (CkException e) {
                if (e.code() == Ck.CKR_DEVICE_MEMORY) {
                    return new PutResult.Full(
                            "The token has no room left. Make room without destroying a key: `pkcs11-tool --list-objects` shows what is there.");
                }
                throw e;
            }
        });
    }

    /** A private RSA key takes the only copy of its public half with it when it is destroyed. */
    private static KeyRecord withHalf(KeyRecord changed, PublicHalf half) {
        return half.candidates().stream()
                .filter(key -> changed.publicKey().isEmpty())
                .filter(key -> changed.fingerprint().equals(Optional.of(KeyMetadata.fingerprint(key))))
                .findFirst()
                .map(key -> changed.toBuilder().publicKey(key).build())
                .orElse(changed);
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return token.call("Reading ring " + ring, session -> {
            List<StoredKey> members = new ArrayList<>();
            for (Map.Entry<TokenKeyId, StoredRecord> entry :
                    records.list(session).entrySet()) {
                if (!HalfMade.is(entry.getValue()) && entry.getValue().isOf(ring)) {
                    members.add(keys.describe(session, entry.getKey(), entry.getValue()));
                }
            }
            return members;
        });
    }

    @Override
    public Set<KeyName> rings() {
        return token.call("Reading the rings", records::rings);
    }
}
