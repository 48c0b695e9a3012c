package dev.chancery.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySpecTest {

    @ParameterizedTest
    @CsvSource({
        "RSA_2048, RSA_PSS_SHA256",
        "RSA_3072, RSA_PSS_SHA256",
        "RSA_4096, RSA_PSS_SHA256",
        "EC_P256, ECDSA_SHA256",
        "EC_P384, ECDSA_SHA384",
        "EC_P521, ECDSA_SHA512",
        "ED25519, ED25519",
        "ML_DSA_44, ML_DSA_44",
        "ML_DSA_65, ML_DSA_65",
        "ML_DSA_87, ML_DSA_87"
    })
    void each_kind_has_a_default_algorithm(KeySpec spec, SignatureAlgorithm expected) {
        assertThat(spec.defaultAlgorithm()).isEqualTo(expected);
        assertThat(spec.algorithms()).contains(expected);
    }

    @ParameterizedTest
    @EnumSource(KeySpec.class)
    void a_kind_signs_with_the_algorithms_of_its_family_and_no_others(KeySpec spec) {
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            assertThat(spec.algorithms().contains(algorithm))
                    .as("%s with %s", spec, algorithm)
                    .isEqualTo(
                            spec.algorithm() == KeyAlgorithm.ML_DSA
                                    ? algorithm.name().equals(spec.name())
                                    : algorithm.keyAlgorithm() == spec.algorithm());
        }
    }

    @ParameterizedTest
    @CsvSource({"2048, RSA_2048", "3072, RSA_3072", "4096, RSA_4096"})
    void an_rsa_key_is_known_by_its_modulus(int bits, KeySpec expected) throws GeneralSecurityException {
        assertThat(KeySpec.of(rsa(bits, 65537))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2047, 2049, 2560, 8192, 16384})
    void an_rsa_key_of_another_size_is_not_used(int bits) {
        assertThatThrownBy(() -> KeySpec.of(rsa(bits, 65537)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(bits + " bits");
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 17, 65539})
    void an_rsa_key_with_another_exponent_is_not_used(long exponent) {
        assertThatThrownBy(() -> KeySpec.of(rsa(2048, exponent)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("exponent is " + exponent);
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, EC_P256", "secp384r1, EC_P384", "secp521r1, EC_P521"})
    void an_ec_key_is_known_by_its_curve(String curve, KeySpec expected) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));

        assertThat(KeySpec.of(generator.generateKeyPair().getPublic())).isEqualTo(expected);
    }

    @Test
    void ed25519_is_known_and_ed448_is_not_used() throws GeneralSecurityException {
        assertThat(KeySpec.of(pair("Ed25519"))).isEqualTo(KeySpec.ED25519);
        PublicKey ed448 = pair("Ed448");
        assertThatThrownBy(() -> KeySpec.of(ed448)).isInstanceOf(UnsupportedException.class);
    }

    @Test
    void a_key_of_another_family_is_not_used() throws GeneralSecurityException {
        PublicKey dsa = pair("DSA");
        PublicKey x25519 = pair("X25519");

        assertThatThrownBy(() -> KeySpec.of(dsa))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("DSA");
        assertThatThrownBy(() -> KeySpec.of(x25519)).isInstanceOf(UnsupportedException.class);
    }

    private static PublicKey pair(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();
    }

    /** No product of two primes, but none of tiny ones either. */
    private static RSAPublicKey rsa(int bits, long exponent) throws GeneralSecurityException {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        while (!modulus.gcd(SubjectPublicKeyInfoTest.SMALL_PRIMES).equals(BigInteger.ONE)) {
            modulus = modulus.add(BigInteger.TWO);
        }
        return (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(exponent)));
    }

    @Test
    void an_ml_dsa_key_without_its_subject_public_key_info_is_read_by_its_length() {
        assertThat(KeySpec.of(KeySpec.ML_DSA_65.rawPublicKey(new byte[1952]))).isEqualTo(KeySpec.ML_DSA_65);
        assertThatThrownBy(() -> KeySpec.ML_DSA_44.rawPublicKey(new byte[1952])).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> KeySpec.EC_P256.rawPublicKey(new byte[1312])).isInstanceOf(IntegrityException.class);
    }

    @Test
    void a_public_key_is_read_from_the_text_that_a_place_answers_with() {
        String pem = """
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
                -----END PUBLIC KEY-----
                """;

        assertThat(KeySpec.of(KeySpec.ED25519.publicKey(pem))).isEqualTo(KeySpec.ED25519);
        assertThatThrownBy(() -> KeySpec.EC_P256.publicKey(pem)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> KeySpec.ED25519.publicKey(pem.replace("MCow", "!!")))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("Base64");
        assertThatThrownBy(() -> KeySpec.ED25519.publicKey("<html>")).isInstanceOf(IntegrityException.class);
    }
}
