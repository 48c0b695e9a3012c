package dev.chancery.provider.pkcs11.keys;

import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.pkcs11.records.DirectoryRecords;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.StoredKey;
import java.util.List;
import java.util.Optional;

/**
 * Generations of rings, claimed in the directory of the records.
 *
 * @param token the way to the token
 * @param keys finds its keys
 * @param records where their records are
 */
public record DirectoryClaims(TokenConnection token, TokenKeys keys, DirectoryRecords records)
        implements ClaimsGenerations {
    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        TokenKeyId id = TokenKeyId.parse(candidate);
        Optional<StoredKey> found = token.call("Looking for key " + id, session -> keys.find(session, id));
        return found.flatMap(key -> records.claim(position, TokenKeyId.parse(key.id()), key.record()))
                .map(holder -> new Claim(position, holder.keyId()))
                .orElseThrow(() -> new KeyNotFoundException("There is no key '" + id + "' in " + token.location()
                        + " that could hold generation " + position.generation() + " of the ring '" + position.ring()
                        + "'. Rotate with another key."));
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return records.holders(ring).entrySet().stream()
                .map(entry -> new Claim(
                        new RingPosition(ring, entry.getKey()), entry.getValue().keyId()))
                .toList();
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return records.holder(position).map(TokenKeyId::keyId);
    }
}
