package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.SigningInput;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublicKeyVerifierTest {
    private static final byte[] MESSAGE = new byte[300_000];

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void arrays_streams_files_and_digests_get_the_same_answer(KeySpec spec) throws Exception {
        KeyPair pair = TestKeys.pair(spec);
        Path file = Files.write(directory.resolve("message"), MESSAGE);
        for (JcaChoice choice : JcaChoice.present()) {
            PublicKeyVerifier verifier = verifier(spec, choice.providers());
            for (SignatureAlgorithm algorithm : spec.algorithms()) {
                VerifyOptions options = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
                byte[] good = new JcaKeys(choice.providers())
                        .load(pair.getPrivate(), pair.getPublic(), "a test key")
                        .sign(algorithm, new SigningInput.Message(MESSAGE))
                        .signature();
                byte[] bad = good.clone();
                bad[bad.length / 2] ^= 1;
                for (byte[] signature : List.of(good, bad)) {
                    boolean valid = signature == good;
                    assertThat(verifier.verify(MESSAGE, signature, options).isValid())
                            .isEqualTo(valid);
                    assertThat(verifier.verify(new ByteArrayInputStream(MESSAGE), signature, options)
                                    .isValid())
                            .isEqualTo(valid);
                    assertThat(verifier.verify(file, signature, options).isValid())
                            .isEqualTo(valid);
                    if (algorithm.digest().isPresent()) {
                        byte[] digest = MessageInput.digest(MESSAGE, algorithm);
                        assertThat(verifier.verifyDigest(digest, signature, options)
                                        .isValid())
                                .isEqualTo(valid);
                    }
                }
            }
        }
    }

    /** Here once for all stores: the contract changes a few bytes only. */
    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void a_changed_bit_in_any_byte_makes_a_signature_wrong(KeySpec spec) {
        KeyPair pair = TestKeys.pair(spec);
        byte[] message = "Pay 100 to Alice".getBytes(StandardCharsets.UTF_8);
        JcaProviders providers =
                JcaChoice.present().get(JcaChoice.present().size() - 1).providers();
        PublicKeyVerifier verifier = verifier(spec, providers);
        for (SignatureAlgorithm algorithm : spec.algorithms()) {
            VerifyOptions options = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
            byte[] signature = new JcaKeys(providers)
                    .load(pair.getPrivate(), pair.getPublic(), "a test key")
                    .sign(algorithm, new SigningInput.Message(message))
                    .signature();
            assertThat(verifier.verify(message, signature, options).isValid()).isTrue();
            for (int at = 0; at < signature.length; at++) {
                byte[] changed = signature.clone();
                changed[at] ^= 1;
                assertThat(verifier.verify(message, changed, options).isValid())
                        .as("%s with byte %d of %d changed", algorithm, at, signature.length)
                        .isFalse();
            }
        }
    }

    @Test
    void an_algorithm_that_the_provider_lacks_is_an_error_and_not_a_verdict_on_the_signature() {
        Offer spy = new Offer("spy", 1, Set.of(KeyAlgorithm.EC), Optional.of(new SpyProvider()));
        PublicKeyVerifier verifier = verifier(KeySpec.EC_P256, new JcaProviders(List.of(spy), Optional.empty()));
        byte[] wellFormed = EcdsaEncoding.toDer(bytes(64, 1));

        assertThat(verifier.verify(MESSAGE, wellFormed).status()).isEqualTo(Verification.Status.INVALID);
        assertThatThrownBy(() -> verifier.verify(
                        MESSAGE, wellFormed, VerifyOptions.DEFAULT.withAlgorithm(SignatureAlgorithm.ECDSA_SHA384)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("'spy'");
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "ED25519"})
    void an_algorithm_of_another_family_is_refused(KeySpec spec) {
        dev.chancery.Verifier verifier =
                dev.chancery.Verifier.of(TestKeys.pair(spec).getPublic());
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            if (!spec.algorithms().contains(algorithm)) {
                assertThatThrownBy(() ->
                                verifier.verify(MESSAGE, new byte[64], VerifyOptions.DEFAULT.withAlgorithm(algorithm)))
                        .isInstanceOf(AlgorithmMismatchException.class);
            }
        }
    }

    /** Whatever the bytes, the answer is no and not an exception of the provider. */
    @ParameterizedTest
    @EnumSource
    void random_signatures_are_invalid(JcaChoice choice) {
        for (KeySpec spec : List.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P521, KeySpec.ED25519)) {
            PublicKeyVerifier verifier = verifier(spec, choice.providers());
            for (int seed = 0; seed < 25; seed++) {
                byte[] signature = switch (spec.algorithm()) {
                    case RSA -> withFirst(bytes(256, seed), 0);
                    case EC -> EcdsaEncoding.toDer(halves(spec == KeySpec.EC_P256 ? 32 : 66, seed));
                    case EDDSA -> withLast(bytes(64, seed), 0);
                    case ML_DSA -> bytes(3309, seed);
                };
                for (SignatureAlgorithm algorithm : spec.algorithms()) {
                    assertThat(verifier.verify(
                                            new byte[seed], signature, VerifyOptions.DEFAULT.withAlgorithm(algorithm))
                                    .status())
                            .isEqualTo(Verification.Status.INVALID);
                }
            }
        }
    }

    private static PublicKeyVerifier verifier(KeySpec spec, JcaProviders providers) {
        return new PublicKeyVerifier(SubjectPublicKeyInfo.of(TestKeys.pair(spec).getPublic()), providers);
    }

    private static byte[] halves(int half, int seed) {
        byte[] bytes = bytes(2 * half, seed);
        bytes[0] = 0;
        bytes[half] = 0;
        return bytes;
    }

    private static byte[] withFirst(byte[] bytes, int value) {
        bytes[0] = (byte) value;
        return bytes;
    }

    private static byte[] withLast(byte[] bytes, int value) {
        bytes[bytes.length - 1] = (byte) value;
        return bytes;
    }

    private static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
