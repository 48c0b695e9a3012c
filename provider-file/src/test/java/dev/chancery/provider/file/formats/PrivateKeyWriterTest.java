package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.file.OpenSsl;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is one modern form, and OpenSSL reads it and signs with it. */
class PrivateKeyWriterTest {
    private static final String PASSPHRASE = "pässphrase";

    @TempDir
    private Path directory;

    private OpenSsl openssl;

    @BeforeEach
    void openssl() {
        openssl = new OpenSsl(directory);
        openssl.write("pass", PASSPHRASE.getBytes(UTF_8));
        openssl.write("message", "Sign here, please.\n".getBytes(UTF_8));
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_2048", "EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void opensslSignsWithAPlainKey(KeySpec spec) throws GeneralSecurityException {
        KeyPair pair = generate(spec);
        openssl.write("key.pem", PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.empty()));

        assertOpensslSigns(spec, pair, "");
        assertThat(new String(openssl.file("key.pem"), US_ASCII)).startsWith("-----BEGIN PRIVATE KEY-----\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_3072", "EC_P256", "ED25519"})
    void opensslSignsWithAnEncryptedKey(KeySpec spec) throws GeneralSecurityException {
        KeyPair pair = generate(spec);
        openssl.write(
                "key.pem",
                PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.of(PASSPHRASE.toCharArray())));

        assertOpensslSigns(spec, pair, " -passin file:pass");
        assertThat(new String(openssl.file("key.pem"), US_ASCII))
                .startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
                .endsWith("\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertThat(new String(openssl.run("asn1parse -in key.pem"), UTF_8))
                .contains(":PBES2", ":PBKDF2", ":0927C0", ":hmacWithSHA256", ":aes-256-cbc");
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_2048", "EC_P521", "ED25519"})
    void whatIsWrittenIsReadBack(KeySpec spec) throws GeneralSecurityException {
        KeyPair pair = generate(spec);
        byte[] pem = PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.of(PASSPHRASE.toCharArray()));

        LoadedKey loaded = new PrivateKeyReader("").read(pem, () -> Optional.of(PASSPHRASE.toCharArray()), "key.pem");

        assertThat(loaded.spec()).isEqualTo(spec);
        assertThat(loaded.publicKey()).isEqualTo(pair.getPublic());
        assertThat(loaded.privateKey()).isEqualTo(pair.getPrivate());
        assertThat(loaded.encoding().form())
                .isEqualTo("PKCS#8, PBES2, PBKDF2-HMAC-SHA256 with 600,000 iterations, AES-256-CBC");
        assertThat(loaded.encoding().weakness()).isEmpty();
    }

    /** The structure of a key says nothing but the key: the same every time, and the same as OpenSSL's. */
    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_2048", "EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void plainKeysAreByteForByteThoseOfOpenssl(KeySpec spec) throws GeneralSecurityException {
        KeyPair pair = generate(spec);
        openssl.write("key.pem", PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.empty()));

        assertThat(openssl.run("pkey -in key.pem")).isEqualTo(openssl.file("key.pem"));
        assertThat(openssl.run("pkey -in key.pem -pubout")).isEqualTo(PublicKeyPem.write(pair.getPublic()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " -pkeyopt rsa_pss_keygen_md:sha384 -pkeyopt rsa_pss_keygen_mgf1_md:sha384"
                        + " -pkeyopt rsa_pss_keygen_saltlen:48",
            })
    void aKeyForPssOnlyStaysOne(String confinement) {
        openssl.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out key.pem" + confinement);
        LoadedKey loaded = new PrivateKeyReader("").read(openssl.file("key.pem"), Optional::empty, "key.pem");

        assertThat(PrivateKeyWriter.write(loaded.privateKey(), loaded.publicKey(), Optional.empty()))
                .isEqualTo(openssl.file("key.pem"));
    }

    @Test
    void twoFilesOfOneKeyDiffer() throws GeneralSecurityException {
        KeyPair pair = generate(KeySpec.ED25519);

        assertThat(PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.of(PASSPHRASE.toCharArray())))
                .isNotEqualTo(PrivateKeyWriter.write(
                        pair.getPrivate(), pair.getPublic(), Optional.of(PASSPHRASE.toCharArray())));
    }

    @Test
    void anEmptyPassphraseIsRefused() throws GeneralSecurityException {
        KeyPair pair = generate(KeySpec.ED25519);

        assertThatThrownBy(() -> PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.of(new char[0])))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void otherAlgorithmsAreRefused() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();

        assertThatThrownBy(() -> PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.empty()))
                .isInstanceOf(UnsupportedException.class);
    }

    private void assertOpensslSigns(KeySpec spec, KeyPair pair, String passin) throws GeneralSecurityException {
        Signature signature;
        if (spec == KeySpec.ED25519) {
            openssl.run("pkeyutl -sign -inkey key.pem -rawin -in message -out signature" + passin);
            signature = Signature.getInstance("Ed25519");
        } else {
            openssl.run("dgst -sha256 -sign key.pem -out signature" + passin + " message");
            signature = Signature.getInstance(spec.name().startsWith("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        }
        signature.initVerify(pair.getPublic());
        signature.update(openssl.file("message"));
        assertThat(signature.verify(openssl.file("signature"))).isTrue();
    }

    private static KeyPair generate(KeySpec spec) throws GeneralSecurityException {
        return switch (spec) {
            case RSA_2048 -> generate("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
            case RSA_3072 -> generate("RSA", new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4));
            case EC_P256 -> generate("EC", new ECGenParameterSpec("secp256r1"));
            case EC_P384 -> generate("EC", new ECGenParameterSpec("secp384r1"));
            case EC_P521 -> generate("EC", new ECGenParameterSpec("secp521r1"));
            case ED25519 -> generate("Ed25519", NamedParameterSpec.ED25519);
            default -> throw new IllegalArgumentException(spec.name());
        };
    }

    private static KeyPair generate(String algorithm, AlgorithmParameterSpec parameters)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(parameters);
        return generator.generateKeyPair();
    }
}
