package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.Terminal;
import dev.chancery.key.KeyMetadata;
import java.util.Optional;

/** Which key signs or verifies: --key, --ring, or what the configuration names. */
final class KeyChoice {

    private final Argument<String> key =
            Command.alternative("--key", "ID", "A key's id, or a ring's name. Default: what the environment names.");
    private final Argument<String> ring =
            Command.alternative("--ring", "RING", "A ring: its current key signs, any of its keys verifies.");

    private final Terminal terminal;

    KeyChoice(Command command, Terminal terminal) {
        this.terminal = terminal;
        command.exclusive(key, ring);
    }

    /** With one way more to name a key. */
    KeyChoice(Command command, Terminal terminal, Argument<String> other) {
        this.terminal = terminal;
        command.exclusive(key, ring, other);
    }

    boolean isMade() {
        return key.value().isPresent() || ring.value().isPresent();
    }

    Signer signer(KeyStore store, Optional<SignatureAlgorithm> algorithm) {
        Signer signer = signer(store);
        return algorithm.isPresent() ? store.signer(signer.key().id(), algorithm.get()) : signer;
    }

    private Signer signer(KeyStore store) {
        if (ring.value().isPresent()) {
            return store.ring(ring.given()).signer();
        }
        return key.value()
                .map(text -> store.signer(KeyArgument.find(text, store, terminal)))
                .orElseGet(store::defaultSigner);
    }

    /** A verifier of the key, or of all keys of the ring: an old signature stays valid when the ring moves on. */
    Verifier verifier(KeyStore store) {
        if (ring.value().isPresent()) {
            return store.ring(ring.given()).verifier();
        }
        return key.value().map(text -> verifierNamed(text, store)).orElseGet(() -> configuredVerifier(store));
    }

    /** A key of that name goes before a ring of that name, as it does for signing, and vouches alone. */
    private Verifier verifierNamed(String text, KeyStore store) {
        var unused = KeyArgument.find(text, store, terminal); // warns
        return store.verifier(text);
    }

    private static Verifier configuredVerifier(KeyStore store) {
        KeyMetadata key = store.defaultSigner().key();
        return key.ring()
                .map(position -> store.ring(position.ring().value()).verifier())
                .orElseGet(() -> store.verifier(key.id()));
    }
}
