package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PssDefectTest {
    private static final byte[] MESSAGE = "Pay 100 to Alice".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private static KeyPair pair(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static byte[] sign(KeyPair pair, String hash, int salt, byte[] message) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
        signer.initSign(pair.getPrivate());
        signer.update(message);
        return signer.sign();
    }

    /** The last bit length leaves no bit of the first byte unused. */
    @ParameterizedTest
    @CsvSource({"1024, SHA-256, 0", "1024, SHA-256, 94", "1024, SHA-384, 20", "1025, SHA-256, 10", "1024, SHA-512, 62"})
    void a_salt_of_another_length_is_named(int bits, String hash, int salt) throws GeneralSecurityException {
        KeyPair pair = pair(bits);
        byte[] digest = MessageDigest.getInstance(hash).digest(MESSAGE);

        assertThat(PssDefect.find((RSAPublicKey) pair.getPublic(), digest, hash, sign(pair, hash, salt, MESSAGE)))
                .hasValueSatisfying(defect -> assertThat(defect).contains("its salt has " + salt + " bytes"));
    }

    @Test
    void a_signature_of_the_hash_of_the_digest_is_named() throws GeneralSecurityException {
        KeyPair pair = pair(1024);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);

        assertThat(PssDefect.find(
                        (RSAPublicKey) pair.getPublic(), digest, "SHA-256", sign(pair, "SHA-256", 32, digest)))
                .contains("it is of another digest than the one that was sent");
    }

    @Test
    void of_another_key_nothing_is_known() throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);

        assertThat(PssDefect.find(
                        (RSAPublicKey) pair(1024).getPublic(),
                        digest,
                        "SHA-256",
                        sign(pair(1024), "SHA-256", 32, MESSAGE)))
                .isEmpty();
    }
}
