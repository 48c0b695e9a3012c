package dev.chancery.provider.gcp;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.util.Optional;

/** What all openings of a key ring have in common: they find keys and sign. */
abstract class KmsBackend implements KeyBackend {
    final Place place;
    final KmsKeys keys;
    private final KmsSigner signer;

    KmsBackend(KmsKeys keys) {
        this.place = keys.place;
        this.keys = keys;
        this.signer = new KmsSigner(place, keys);
    }

    @Override
    public final String location() {
        return place.location();
    }

    @Override
    public final KeyId parse(String text) {
        return place.names().parse(text);
    }

    @Override
    public final Optional<StoredKey> find(KeyId id) {
        return keys.find(id);
    }

    @Override
    public final SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return signer.sign(id, algorithm, input);
    }

    @Override
    public final void close() {
        place.kms().close();
    }
}
