package dev.chancery.provider.pkcs11;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.KeyId;
import dev.chancery.provider.pkcs11.keys.SigningKeys;
import dev.chancery.provider.pkcs11.keys.TokenKeys;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.provider.pkcs11.sessions.TokenProbe;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A token of keys, as {@link TokenStore} has put it together.
 *
 * @param token the way to the token
 * @param keys finds its keys
 * @param signing signs with them
 * @param traits how the opening behaves
 * @param abilities what the opening can do besides
 */
record Pkcs11KeyBackend(TokenConnection token, TokenKeys keys, SigningKeys signing, Traits traits, Abilities abilities)
        implements KeyBackend {

    @Override
    public String location() {
        return token.location();
    }

    @Override
    public KeyId parse(String text) {
        return TokenKeyId.parse(text).keyId();
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        TokenKeyId wanted = TokenKeyId.parse(id);
        return token.call("Looking for key " + id, session -> keys.find(session, wanted));
    }

    @Override
    public Stream<StoredKey> list() {
        return token.call("Listing the keys", keys::list).stream();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return signing.sign(id, algorithm, input);
    }

    @Override
    public List<Finding> probe(HealthLevel level) {
        return new TokenProbe(token).findings();
    }

    @Override
    public void close() {
        token.close();
    }
}
