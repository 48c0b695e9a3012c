package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyStore;
import dev.chancery.KeyStoreOptions;
import dev.chancery.KeyStores;
import dev.chancery.Signature;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.testkit.JdkSignatures;
import dev.chancery.testkit.OpenSsl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How these tests open tokens, and what they think of signatures. */
final class Tokens {
    /**
     * Nothing is read behind a test's back, so that calls can be counted; and nothing but the provider itself notices a
     * signature by a wrong key.
     */
    static final KeyStoreOptions COUNTABLE = options()
            .stateTtl(Duration.ofHours(1))
            .policy(KeyPolicy.DEFAULT.withVerifyAfterSign(VerifyAfterSign.NEVER))
            .build();

    private Tokens() {}

    static KeyStoreOptions.Builder options() {
        return KeyStoreOptions.builder().pins(token -> Optional.of(SoftHsm.PIN.toCharArray()));
    }

    static KeyStore open(String uri) {
        return KeyStores.open(uri, COUNTABLE);
    }

    /** Somebody destroys both halves of a key; its record stays. */
    static void destroyPair(String uri, KeyId id) {
        try (TokenConnection token = connect(uri)) {
            TokenKeys keys = new TokenKeys(token.location(), new TokenRecords(token.location()), Instant.EPOCH);
            token.change("Destroying a key", session -> {
                keys.destroyPair(session, TokenKeyId.parse(id));
                return id;
            });
        }
    }

    private static TokenConnection connect(String uri) {
        TokenUri parsed = TokenUri.parse(uri);
        try {
            Library library = Library.of(parsed.library().toRealPath());
            return TokenConnection.open(parsed, library, new Pin(COUNTABLE, parsed.pinFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JDK, which did not make the signature. */
    static boolean isRight(KeyMetadata key, byte[] message, Signature signature) {
        return JdkSignatures.verify(key.publicKey(), signature.algorithm(), message, signature.value());
    }

    /** The JDK and OpenSSL. */
    static void confirm(KeyMetadata key, byte[] message, Signature signature) {
        assertThat(isRight(key, message, signature)).as("the JDK").isTrue();
        assertThat(OpenSsl.verify(key.publicKey(), signature.algorithm(), message, signature.value()))
                .as("OpenSSL")
                .isTrue();
    }
}
