package dev.chancery.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Verifier;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.jca.TestKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code Verifier.ofPem}: the way for those who have a public key in a file and nothing else. */
class PublicKeyPemTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void a_key_of_each_kind_verifies(KeySpec spec) throws Exception {
        KeyPair pair = TestKeys.pair(spec);
        String algorithm = spec == KeySpec.RSA_2048
                ? "SHA256withRSA"
                : spec == KeySpec.ED25519
                        ? "Ed25519"
                        : spec.defaultAlgorithm().name().replace("ECDSA_", "") + "withECDSA";
        Signature engine = Signature.getInstance(algorithm);
        engine.initSign(pair.getPrivate());
        engine.update(MESSAGE);
        byte[] signature = engine.sign();
        dev.chancery.signature.VerifyOptions options = spec == KeySpec.RSA_2048
                ? dev.chancery.signature.VerifyOptions.DEFAULT.withAlgorithm(SignatureAlgorithm.RSA_PKCS1_SHA256)
                : dev.chancery.signature.VerifyOptions.DEFAULT;
        String pem = pem("PUBLIC KEY", pair.getPublic().getEncoded());

        for (String form : new String[] {pem, "\\uFEFF# ours\n" + pem, pem.replace("\n", "\r\n"), pem.strip()}) {
            assertThat(Verifier.ofPem(file(form))
                            .verify(MESSAGE, signature, options)
                            .isValid())
                    .isTrue();
        }
    }

    @Test
    void the_bare_rsa_key_of_older_tools_is_the_same_key() throws IOException {
        byte[] spki = TestKeys.pair(KeySpec.RSA_2048).getPublic().getEncoded();
        byte[] bare = Arrays.copyOfRange(spki, 24, spki.length);

        for (String label : new String[] {"RSA PUBLIC KEY", "PUBLIC KEY"}) {
            assertThat(SubjectPublicKeyInfo.readPem(file(pem(label, bare)))
                            .publicKey()
                            .getEncoded())
                    .isEqualTo(spki);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-----BEGIN CERTIFICATE-----, openssl x509",
        "ssh-ed25519 AAAA, ssh-keygen -e -m PKCS8",
        "ecdsa-sha2-nistp256 AAAA, ssh-keygen -e -m PKCS8",
        "0*0, -inform DER",
        "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----, -pubout",
        "-----BEGIN EC PRIVATE KEY-----AAAA-----END EC PRIVATE KEY-----, -pubout"
    })
    void something_else_is_named_with_the_command_that_makes_a_public_key_of_it(String text, String command)
            throws IOException {
        requireRefusal(UnsupportedException.class, text, command);
    }

    @Test
    void utf_16_and_damage_are_named() throws IOException {
        String pem =
                pem("PUBLIC KEY", TestKeys.pair(KeySpec.ED25519).getPublic().getEncoded());
        Path wide = Files.write(directory.resolve("wide.pub"), pem.getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> Verifier.ofPem(wide))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("iconv");

        requireRefusal(IntegrityException.class, "", "no public key");
        requireRefusal(IntegrityException.class, pem.substring(0, 60), "no end");
        requireRefusal(IntegrityException.class, pem + pem, "2 public keys");
        requireRefusal(IntegrityException.class, pem.replace("MC", "!!"), "Base64");
        requireRefusal(UnsupportedException.class, pem("PUBLIC KEY", new byte[44]), "SubjectPublicKeyInfo");
        assertThatThrownBy(() -> Verifier.ofPem(directory.resolve("none"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Verifier.ofPem(file(pem + " ".repeat(1 << 16))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too large");
    }

    private void requireRefusal(Class<? extends ChanceryException> type, String text, String reason)
            throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> Verifier.ofPem(file)).isInstanceOf(type).hasMessageContaining(reason);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("key.pub"), text);
    }

    private static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
