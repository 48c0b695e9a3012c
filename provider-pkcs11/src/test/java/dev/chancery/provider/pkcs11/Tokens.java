package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyMetadata;
import dev.chancery.KeyStore;
import dev.chancery.KeyStoreOptions;
import dev.chancery.KeyStores;
import dev.chancery.Signature;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.provider.pkcs11.sessions.Library;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.next.KeyBackend;
import dev.chancery.testkit.JdkSignatures;
import dev.chancery.testkit.OpenSsl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/** How these tests open tokens, and what they think of signatures. */
public final class Tokens {
    /**
     * Nothing is read behind a test's back, so that calls can be counted; and nothing but the provider itself notices a
     * signature by a wrong key.
     */
    public static final KeyStoreOptions COUNTABLE = options()
            .stateTtl(Duration.ofHours(1))
            .policy(KeyPolicy.DEFAULT.withVerifyAfterSign(VerifyAfterSign.NEVER))
            .build();

    private Tokens() {}

    public static KeyStoreOptions.Builder options() {
        return KeyStoreOptions.builder().pins(token -> Optional.of(SoftHsm.PIN.toCharArray()));
    }

    public static KeyStore open(String uri) {
        return KeyStores.open(uri, COUNTABLE);
    }

    /** The JDK, which did not make the signature. */
    public static boolean isRight(KeyMetadata key, byte[] message, Signature signature) {
        return JdkSignatures.verify(key.publicKey(), signature.algorithm(), message, signature.value());
    }

    /** The JDK and OpenSSL. */
    public static void confirm(KeyMetadata key, byte[] message, Signature signature) {
        assertThat(isRight(key, message, signature)).as("the JDK").isTrue();
        assertThat(OpenSsl.verify(key.publicKey(), signature.algorithm(), message, signature.value()))
                .as("OpenSSL")
                .isTrue();
    }

    /** A connection to SoftHSM behind a shim, without a store on it. */
    public static TokenConnection connect(Shim shim) {
        TokenUri uri = TokenUri.parse(SoftHsm.uri(shim.library()));
        try {
            return TokenConnection.open(
                    uri.token(),
                    Library.of(shim.library().toRealPath()),
                    token -> Optional.of(SoftHsm.PIN.toCharArray()),
                    uri.sessions(),
                    uri.timeout());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A store below core. */
    public static KeyBackend backend(String uri) {
        return new Pkcs11KeyStoreProvider().open(new KeyStoreConfig(uri, COUNTABLE, null));
    }
}
