package dev.chancery.provider.aws;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.HeldCredentials;
import java.util.List;
import java.util.Optional;

/** What all openings of KMS have in common: they find keys and sign. */
abstract class KmsBackend implements KeyBackend {
    final Place place;
    final KmsKeys keys;
    private final KmsSigner signer;

    KmsBackend(KmsKeys keys, LocalKeys localKeys) {
        this.place = keys.place;
        this.keys = keys;
        this.signer = new KmsSigner(place.kms(), place.location(), keys, localKeys);
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
    public final boolean follows(KeyId id) {
        return place.names().isForeignAlias(id);
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
    public final List<Finding> probe(HealthLevel level) {
        return place.kms().credentials().stream().map(HeldCredentials::finding).toList();
    }

    @Override
    public final void close() {
        place.kms().close();
    }
}
