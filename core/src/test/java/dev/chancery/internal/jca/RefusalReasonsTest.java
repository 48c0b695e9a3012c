package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.SigningInput;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A signature that the key has made in another way than was asked for is invalid, and the reason says what would verify it. */
class RefusalReasonsTest {
    private static final byte[] MESSAGE = "Pay 100 to Alice".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "EC_P384", "EC_P521"})
    void an_ecdsa_signature_in_the_other_form_is_named(KeySpec spec) {
        byte[] der = sign(spec, spec.defaultAlgorithm());
        byte[] p1363 = EcdsaEncoding.toP1363(der, spec);

        for (JcaChoice choice : JcaChoice.present()) {
            Verifier verifier = choice.verifierOf(TestKeys.pair(spec).getPublic());
            VerifyOptions asP1363 = VerifyOptions.DEFAULT.withEncoding(SignatureEncoding.P1363);
            requireReason(verifier.verify(MESSAGE, p1363), "verifies with the encoding P1363");
            requireReason(verifier.verify(MESSAGE, der, asP1363), "verifies with the encoding DER");
            assertThat(verifier.verify(new byte[1], p1363).reason()).doesNotContain("verifies with");
            byte[] digest = MessageInput.digest(MESSAGE, spec.defaultAlgorithm());
            requireReason(verifier.verifyDigest(digest, p1363, VerifyOptions.DEFAULT), "the encoding P1363");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_PSS_SHA256, RSA_PKCS1_SHA256",
        "RSA_PKCS1_SHA256, RSA_PSS_SHA256",
        "RSA_PSS_SHA512, RSA_PKCS1_SHA512",
        "RSA_PKCS1_SHA384, RSA_PSS_SHA384"
    })
    void an_rsa_signature_of_the_other_scheme_is_named(SignatureAlgorithm made, SignatureAlgorithm asked) {
        byte[] signature = sign(KeySpec.RSA_2048, made);

        requireReason(verify(signature, asked), "It verifies with the algorithm " + made);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 31, 33, 222})
    void a_pss_signature_with_another_salt_is_named(int salt) throws Exception {
        Signature engine = Signature.getInstance("RSASSA-PSS");
        engine.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
        engine.initSign(TestKeys.pair(KeySpec.RSA_2048).getPrivate());
        engine.update(MESSAGE);

        requireReason(verify(engine.sign(), SignatureAlgorithm.RSA_PSS_SHA256), "rsa_pss_saltlen:" + salt + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_PKCS1_SHA256, 302f300b0609608648016503040201" + "0420",
        "RSA_PKCS1_SHA384, 303f300b0609608648016503040202" + "0430",
        "RSA_PKCS1_SHA512, 304f300b0609608648016503040203" + "0440"
    })
    void a_pkcs1_signature_without_the_null_is_named(SignatureAlgorithm algorithm, String prefix) throws Exception {
        byte[] digest =
                MessageDigest.getInstance(algorithm.digest().orElseThrow()).digest(MESSAGE);
        byte[] info = HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(digest));
        byte[] encoded = new byte[256];
        Arrays.fill(encoded, 2, 255 - info.length, (byte) 0xff);
        encoded[1] = 1;
        System.arraycopy(info, 0, encoded, 256 - info.length, info.length);
        KeyPair pair = TestKeys.pair(KeySpec.RSA_2048);
        RSAPrivateKey key = (RSAPrivateKey) pair.getPrivate();
        byte[] signature = new BigInteger(1, encoded)
                .modPow(key.getPrivateExponent(), key.getModulus())
                .toByteArray();

        requireReason(verify(fit(signature), algorithm), "lacks the NULL");
    }

    private static byte[] fit(byte[] number) {
        byte[] fitted = new byte[256];
        int copied = Math.min(256, number.length);
        System.arraycopy(number, number.length - copied, fitted, 256 - copied, copied);
        return fitted;
    }

    private static byte[] sign(KeySpec spec, SignatureAlgorithm algorithm) {
        KeyPair pair = TestKeys.pair(spec);
        return new JcaKeys(JcaChoice.JDK.providers())
                .load(pair.getPrivate(), pair.getPublic(), "a test key")
                .sign(algorithm, new SigningInput.Message(MESSAGE))
                .signature();
    }

    private static Verification verify(byte[] signature, SignatureAlgorithm asked) {
        return JcaChoice.JDK
                .verifierOf(TestKeys.pair(KeySpec.RSA_2048).getPublic())
                .verify(MESSAGE, signature, VerifyOptions.DEFAULT.withAlgorithm(asked));
    }

    private static void requireReason(Verification answer, String reason) {
        assertThat(answer.status()).isEqualTo(Verification.Status.INVALID);
        assertThat(answer.reason()).contains(reason);
    }
}
