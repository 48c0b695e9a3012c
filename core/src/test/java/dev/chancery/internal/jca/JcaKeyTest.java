package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.SigningInput;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in this process: converted once, signing with engines that are kept. */
class JcaKeyTest {
    private static final SigningInput MESSAGE = new SigningInput.Message(new byte[10]);
    private final SpyProvider spy = new SpyProvider();

    private LocalKey spied() {
        KeyPair pair = TestKeys.pair(KeySpec.EC_P256);
        Offer offer = new Offer("spy", 1, Set.of(KeyAlgorithm.EC), Optional.of(spy));
        return new JcaKeys(new JcaProviders(List.of(offer), Optional.empty()))
                .load(pair.getPrivate(), pair.getPublic(), "the spied key");
    }

    @Test
    void a_key_is_converted_once_and_its_engine_is_kept() {
        LocalKey key = spied();
        int before = spy.signatures.get();
        for (int i = 0; i < 100; i++) {
            key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
        }

        assertThat(spy.signatures.get() - before).isEqualTo(100);
        assertThat(spy.privateConversions).hasValue(1);
        assertThat(spy.initialisations).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(classes = {SignatureException.class, ProviderException.class, IllegalStateException.class})
    void an_engine_that_failed_is_not_used_again(Class<? extends Exception> thrown) throws Exception {
        LocalKey key = spied();
        spy.failure = thrown.getConstructor(String.class).newInstance("broken");

        assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("the spied key")
                .hasMessageContaining("'spy'");
        key.sign(SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
        assertThat(spy.initialisations).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource
    void eight_threads_sign_through_one_key_and_every_signature_verifies(JcaChoice choice) throws Exception {
        for (KeySpec spec : List.of(KeySpec.EC_P256, KeySpec.ED25519, KeySpec.RSA_2048)) {
            KeyPair pair = TestKeys.pair(spec);
            LocalKey key = new JcaKeys(choice.providers()).load(pair.getPrivate(), pair.getPublic(), "a test key");
            Verifier verifier = Verifier.of(pair.getPublic());
            int each = spec == KeySpec.RSA_2048 ? 20 : 100;
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> done = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    int thread = t;
                    done.add(threads.submit(() -> {
                        for (int i = 0; i < each; i++) {
                            byte[] message = ByteBuffer.allocate(8)
                                    .putInt(thread)
                                    .putInt(i)
                                    .array();
                            byte[] signature = key.sign(spec.defaultAlgorithm(), new SigningInput.Message(message))
                                    .signature();
                            assertThat(verifier.verify(message, signature).isValid())
                                    .isTrue();
                        }
                    }));
                }
                for (Future<?> one : done) {
                    one.get();
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    static Stream<Arguments> makers_signers_and_kinds() {
        return JcaChoice.present().stream()
                .flatMap(maker -> JcaChoice.present().stream()
                        .flatMap(signer -> Stream.of(
                                        KeySpec.RSA_2048,
                                        KeySpec.EC_P256,
                                        KeySpec.EC_P384,
                                        KeySpec.EC_P521,
                                        KeySpec.ED25519)
                                .map(spec -> Arguments.of(maker, signer, spec))));
    }

    @ParameterizedTest
    @MethodSource("makers_signers_and_kinds")
    void the_keys_of_any_provider_sign_and_verify_with_any_other(JcaChoice maker, JcaChoice signer, KeySpec spec)
            throws Exception {
        KeyPair pair = generate(maker.providers().choose(spec.algorithm()).provider(), spec);
        LocalKey key = new JcaKeys(signer.providers()).load(pair.getPrivate(), pair.getPublic(), "a test key");

        for (SignatureAlgorithm algorithm : spec.algorithms()) {
            List<byte[]> signatures =
                    new ArrayList<>(List.of(key.sign(algorithm, MESSAGE).signature()));
            if (algorithm.digest().isPresent()) {
                byte[] digest = MessageInput.digest(MESSAGE.bytes(), algorithm);
                signatures.add(
                        key.sign(algorithm, new SigningInput.Digest(digest)).signature());
            }
            for (byte[] signature : signatures) {
                assertThat(verifiesInTheJdk(pair.getPublic(), algorithm, signature))
                        .as("%s, by the JDK", algorithm)
                        .isTrue();
                assertThat(signer.verifierOf(pair.getPublic())
                                .verify(MESSAGE.bytes(), signature, VerifyOptions.DEFAULT.withAlgorithm(algorithm))
                                .isValid())
                        .as("%s, by %s", algorithm, signer)
                        .isTrue();
            }
        }
    }

    private static KeyPair generate(Provider provider, KeySpec spec) throws Exception {
        KeyPairGenerator generator =
                KeyPairGenerator.getInstance(spec.algorithm().jcaName(), provider);
        switch (spec) {
            case EC_P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
            case EC_P384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            case EC_P521 -> generator.initialize(new ECGenParameterSpec("secp521r1"));
            case RSA_2048 -> generator.initialize(2048);
            default -> {}
        }
        return generator.generateKeyPair();
    }

    private static boolean verifiesInTheJdk(PublicKey key, SignatureAlgorithm algorithm, byte[] signature)
            throws Exception {
        JcaProviders.Choice jdk = JcaProviders.jdk(algorithm.keyAlgorithm());
        Signature engine = JcaAlgorithm.forMessages(algorithm, jdk.provider());
        engine.initVerify(JcaKeys.convert(key, KeySpec.of(key), jdk));
        engine.update(MESSAGE.bytes());
        return engine.verify(signature);
    }

    @ParameterizedTest
    @EnumSource
    void halves_of_different_pairs_do_not_load(JcaChoice choice) {
        JcaKeys keys = new JcaKeys(choice.providers());
        for (KeySpec spec : List.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.ED25519)) {
            KeyPair pair = TestKeys.pair(spec);
            KeyPair other = keys.generate(spec);
            assertThatThrownBy(() -> keys.load(pair.getPrivate(), other.getPublic(), "two halves"))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("two halves");
        }
        assertThatThrownBy(() -> keys.load(
                        TestKeys.pair(KeySpec.EC_P256).getPrivate(),
                        TestKeys.pair(KeySpec.RSA_2048).getPublic(),
                        "two halves"))
                .isInstanceOf(IntegrityException.class);
    }

    @ParameterizedTest
    @EnumSource
    void ed25519_takes_no_digest(JcaChoice choice) {
        KeyPair pair = TestKeys.pair(KeySpec.ED25519);
        LocalKey key = new JcaKeys(choice.providers()).load(pair.getPrivate(), pair.getPublic(), "a test key");

        assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ED25519, new SigningInput.Digest(new byte[32])))
                .isInstanceOf(UnsupportedException.class);
    }

    @Test
    void only_unchecked_rsa_needs_a_check() {
        Offer lax = new Offer("lax", 1, EnumSet.allOf(KeyAlgorithm.class), new BouncyCastleOffer().load());
        JcaKeys keys = new JcaKeys(new JcaProviders(List.of(lax), Optional.empty()));
        for (KeySpec spec : List.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.ED25519)) {
            KeyPair pair = TestKeys.pair(spec);
            assertThat(keys.load(pair.getPrivate(), pair.getPublic(), "a test key")
                            .sign(spec.defaultAlgorithm(), MESSAGE)
                            .checked())
                    .isEqualTo(spec != KeySpec.RSA_2048);
        }
    }
}
