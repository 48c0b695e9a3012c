package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.provider.pkcs11.keys.KeyMaker;
import dev.chancery.provider.pkcs11.keys.KeyRemoval;
import dev.chancery.provider.pkcs11.keys.SigningKeys;
import dev.chancery.provider.pkcs11.keys.TemplateLadder;
import dev.chancery.provider.pkcs11.keys.TokenKeys;
import dev.chancery.provider.pkcs11.keys.VendorTemplate;
import dev.chancery.provider.pkcs11.records.NoRecords;
import dev.chancery.provider.pkcs11.records.Records;
import dev.chancery.provider.pkcs11.sessions.Library;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.signature.Signature;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
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

    /** Somebody destroys both halves of a key; its record stays. */
    static void destroyPair(String uri, String pin, KeyId id) {
        try (TokenConnection token = connect(uri, pin)) {
            Records none = new NoRecords();
            TokenKeys keys = new TokenKeys(token.location(), none, Instant.EPOCH);
            KeyRemoval removal = new KeyRemoval(token, keys, none, new SigningKeys(token));
            assertThat(new KeyMaker(token, keys, none, removal, new TemplateLadder(VendorTemplate.NONE))
                            .removeCandidate(id))
                    .isTrue();
        }
    }

    /** A connection to SoftHSM behind a shim, without a store on it. */
    public static TokenConnection connect(Shim shim) {
        return connect(SoftHsm.uri(shim.library()), SoftHsm.PIN);
    }

    static TokenConnection connect(String uri, String pin) {
        TokenUri parsed = TokenUri.parse(uri);
        try {
            return TokenConnection.open(
                    parsed.token(),
                    Library.of(parsed.library().toRealPath()),
                    token -> Optional.of(pin.toCharArray()),
                    parsed.sessions(),
                    parsed.timeout());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** A store below core. */
    public static KeyBackend backend(String uri) {
        return new Pkcs11KeyStoreProvider().open(new KeyStoreConfig(uri, COUNTABLE, null));
    }
}
