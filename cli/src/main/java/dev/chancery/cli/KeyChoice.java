package dev.chancery.cli;

import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyStore;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which key signs or verifies: --key, --ring, or what the configuration names. */
final class KeyChoice {

    @ArgGroup(exclusive = true)
    private @Nullable Named named;

    static final class Named {
        @Option(
                names = "--key",
                required = true,
                paramLabel = "ID",
                description = "A key's id, or a ring's name. Default: what the environment names.")
        private @Nullable String key;

        @Option(
                names = "--ring",
                required = true,
                paramLabel = "RING",
                description = "The ring whose current key signs.")
        private @Nullable String ring;
    }

    Signer signer(KeyStore store, Optional<SignatureAlgorithm> algorithm) {
        Signer signer = signer(store);
        return algorithm.isPresent() ? store.signer(signer.key().id(), algorithm.get()) : signer;
    }

    private Signer signer(KeyStore store) {
        if (named == null) {
            return store.defaultSigner();
        }
        if (named.ring != null) {
            return store.ring(named.ring).signer();
        }
        return store.signer(store.resolve(String.valueOf(named.key)));
    }

    /** A verifier of the key, or of all keys of the ring: an old signature stays valid when the ring moves on. */
    Verifier verifier(KeyStore store) {
        if (named == null) {
            KeyMetadata key = store.defaultSigner().key();
            return key.ring()
                    .map(position -> store.ring(position.ring().value()).verifier())
                    .orElseGet(() -> store.verifier(key.id()));
        }
        if (named.ring != null) {
            return store.ring(named.ring).verifier();
        }
        String text = String.valueOf(named.key);
        KeyId id = store.resolve(text);
        boolean isRing = !id.value().equals(text)
                && store.rings().stream().anyMatch(ring -> ring.name().value().equals(text));
        return isRing ? store.ring(text).verifier() : store.verifier(id);
    }
}
