package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.file.OpenSsl;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyPemTest {
    @TempDir
    private Path directory;

    private OpenSsl openssl;

    @BeforeEach
    void openssl() {
        openssl = new OpenSsl(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048, RSA_2048",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256, EC_P256",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384, EC_P384",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-521, EC_P521",
        "-algorithm ED25519, ED25519",
    })
    void whatOpensslWritesIsReadAndWrittenAgain(String arguments, KeySpec spec) {
        openssl.run("genpkey -out key.pem " + arguments);
        byte[] pem = openssl.run("pkey -in key.pem -pubout");

        PublicKey read = PublicKeyPem.read(pem, "key.pub");

        assertThat(KeySpec.of(read)).isEqualTo(spec);
        assertThat(PublicKeyPem.write(read)).isEqualTo(pem);
        assertThat(read.getEncoded()).isEqualTo(openssl.run("pkey -in key.pem -pubout -outform DER"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-ec_conv_form compressed", "-ec_conv_form hybrid", "-ec_param_enc explicit", "-text"})
    void otherFormsOfAnEcKeyAreTheSameKey(String form) {
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key.pem");
        byte[] plain = openssl.run("pkey -in key.pem -pubout");
        byte[] other = openssl.run("pkey -in key.pem -pubout " + form);

        assertThat(other).isNotEqualTo(plain);
        assertThat(PublicKeyPem.read(other, "other.pub")).isEqualTo(PublicKeyPem.read(plain, "key.pub"));
    }

    @Test
    void theBareRsaKey() {
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");

        assertThat(PublicKeyPem.read(openssl.run("rsa -in key.pem -RSAPublicKey_out"), "bare.pub"))
                .isEqualTo(PublicKeyPem.read(openssl.run("pkey -in key.pem -pubout"), "key.pub"));
    }

    @Test
    void aPrivateKeyWhereThePublicOneBelongs() {
        openssl.run("genpkey -algorithm ED25519 -out key.pem");

        assertThatThrownBy(() -> PublicKeyPem.read(openssl.file("key.pem"), "public/k.pub"))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("public/k.pub: holds PRIVATE KEY where one public key belongs."
                        + " Write it anew with 'openssl pkey -in <private key> -pubout'.");
    }

    @Test
    void otherThingsWhereAPublicKeyBelongs() {
        openssl.run("genpkey -algorithm ED25519 -out key.pem");
        openssl.run("req -new -x509 -key key.pem -subj /CN=test -out certificate.pem");
        String pem = new String(openssl.run("pkey -in key.pem -pubout"), US_ASCII);

        assertThatThrownBy(() -> PublicKeyPem.read(openssl.file("certificate.pem"), "k.pub"))
                .hasMessageContaining("holds CERTIFICATE where one public key belongs");
        assertThatThrownBy(() -> PublicKeyPem.read((pem + pem).getBytes(US_ASCII), "k.pub"))
                .hasMessageContaining("holds PUBLIC KEY and PUBLIC KEY where one public key belongs");
    }

    /** RFC 8032, section 7.1, tests 1 to 3. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            })
    void ed25519Points(String point) {
        assertThat(KeySpec.of(ed25519(point))).isEqualTo(KeySpec.ED25519);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0200000000000000000000000000000000000000000000000000000000000000", // y = 2 has no x
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p, which is 0 again
                "0100000000000000000000000000000000000000000000000000000000000080", // x = 0, and odd
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751", // too short
            })
    void whatIsNoEd25519Point(String bytes) {
        assertThatThrownBy(() -> ed25519(bytes))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("k.pub: ")
                .hasMessageContaining("Ed25519 public point");
    }

    private static PublicKey ed25519(String point) {
        byte[] identifier = Der.sequence(Der.objectIdentifier("1.3.101.112"));
        byte[] der = Der.sequence(identifier, Der.bitString(HexFormat.of().parseHex(point)));
        return PublicKeyPem.read(PemBlock.encode(PemBlock.PUBLIC_KEY, der), "k.pub");
    }
}
