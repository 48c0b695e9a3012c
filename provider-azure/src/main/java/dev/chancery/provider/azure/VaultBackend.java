package dev.chancery.provider.azure;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.HeldCredentials;
import java.util.List;
import java.util.Optional;

/** What all openings of a vault have in common: they find keys and sign. */
abstract class VaultBackend implements KeyBackend {
    final Place place;
    final VaultKeys keys;
    private final VaultSigner signer;

    VaultBackend(VaultKeys keys) {
        this.place = keys.place;
        this.keys = keys;
        this.signer = new VaultSigner(place.vault(), place.location(), keys);
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
    public List<Finding> probe(HealthLevel level) {
        return place.vault().credentials().stream()
                .map(HeldCredentials::finding)
                .toList();
    }

    @Override
    public final void close() {
        place.vault().close();
    }
}
