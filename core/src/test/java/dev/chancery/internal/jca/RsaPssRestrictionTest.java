package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.SigningInput;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A key that its owner confined to RSASSA-PSS is used for nothing else (RFC 4055). */
class RsaPssRestrictionTest {
    private static final byte[] MESSAGE = new byte[10];

    private static KeyPair pair(PSSParameterSpec parameters) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
        generator.initialize(new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4, parameters));
        return generator.generateKeyPair();
    }

    private static PSSParameterSpec pss(String hash, String mgfHash, int salt) {
        return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(mgfHash), salt, 1);
    }

    @ParameterizedTest
    @EnumSource
    void such_a_key_signs_and_verifies_with_every_provider(JcaChoice choice) throws Exception {
        KeyPair pair = pair(null);
        LocalKey key = new JcaKeys(choice.providers()).load(pair.getPrivate(), pair.getPublic(), "a PSS key");
        byte[] signature = key.sign(SignatureAlgorithm.RSA_PSS_SHA256, new SigningInput.Message(MESSAGE))
                .signature();

        assertThat(choice.verifierOf(pair.getPublic())
                        .verify(MESSAGE, signature)
                        .isValid())
                .isTrue();
    }

    @Test
    void without_parameters_it_takes_any_hash_and_no_other_scheme() throws Exception {
        Verifier verifier = Verifier.of(pair(null).getPublic());

        assertThat(verifier.verify(
                                MESSAGE,
                                new byte[256],
                                VerifyOptions.DEFAULT.withAlgorithm(SignatureAlgorithm.RSA_PSS_SHA384))
                        .isValid())
                .isFalse();
        assertThatThrownBy(() -> verifier.verify(
                        MESSAGE,
                        new byte[256],
                        VerifyOptions.DEFAULT.withAlgorithm(SignatureAlgorithm.RSA_PKCS1_SHA256)))
                .isInstanceOf(AlgorithmMismatchException.class);
    }

    @Test
    void with_parameters_it_takes_the_one_algorithm_and_that_is_its_default() throws Exception {
        KeyPair pair = pair(pss("SHA-512", "SHA-512", 64));
        LocalKey key = new JcaKeys(JcaChoice.JDK.providers()).load(pair.getPrivate(), pair.getPublic(), "a PSS key");
        byte[] signature = key.sign(SignatureAlgorithm.RSA_PSS_SHA512, new SigningInput.Message(MESSAGE))
                .signature();
        Verifier verifier = Verifier.of(pair.getPublic());

        assertThat(verifier.verify(MESSAGE, signature).isValid()).isTrue();
        assertThatThrownBy(() -> verifier.verify(
                        MESSAGE, signature, VerifyOptions.DEFAULT.withAlgorithm(SignatureAlgorithm.RSA_PSS_SHA256)))
                .isInstanceOf(AlgorithmMismatchException.class)
                .hasMessageContaining("[RSA_PSS_SHA512]");
    }

    @ParameterizedTest
    @CsvSource({"SHA-1, SHA-1, 20", "SHA-256, SHA-1, 32", "SHA-256, SHA-256, 33", "SHA-512/256, SHA-512/256, 32"})
    void with_other_parameters_it_is_unsupported(String hash, String mgfHash, int salt) throws Exception {
        KeyPair pair = pair(pss(hash, mgfHash, salt));

        assertThatThrownBy(() -> Verifier.of(pair.getPublic())).isInstanceOf(UnsupportedException.class);
    }
}
