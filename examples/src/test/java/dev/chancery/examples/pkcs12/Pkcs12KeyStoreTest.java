package dev.chancery.examples.pkcs12;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a PKCS#12 file has that no other store does. */
class Pkcs12KeyStoreTest {
    private static final KeyId KEY = new KeyId("release");

    @TempDir
    Path directory;

    @Test
    void openssl_reads_the_private_half() throws Exception {
        try (KeyStore keys = open("secret")) {
            keys.generate(KeyRequest.of(KeySpec.EC_P256, KEY.value()));
        }
        assertThat(run("openssl", "pkcs12", "-in", "keys.p12", "-nodes", "-passin", "pass:secret"))
                .contains("friendlyName: release", "BEGIN PRIVATE KEY", "BEGIN CERTIFICATE", "CN = release");
    }

    @Test
    void a_key_of_keytool_is_a_foreign_one_that_signs_and_can_be_retired() throws Exception {
        keytool("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=x", "-alias", KEY.value());
        keytool("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=x", "-alias", "no name");
        try (KeyStore keys = open("secret")) {
            assertThat(keys.list()).extracting(KeyMetadata::id).containsExactly(KEY);
            byte[] signature = keys.signer(KEY).sign(new byte[1]).value();
            keys.changeState(KEY, KeyState.DEACTIVATED, "from elsewhere");
            keys.changeState(KEY, KeyState.DESTROYED, "done with it");
            assertThat(keys.verifier(KEY).verify(new byte[1], signature).isValid())
                    .isTrue();
        }
        assertThat(keytool("-list")).contains("release", "trustedCertEntry");
        assertThat(keytool("-exportcert", "-rfc", "-alias", "no name")).contains("BEGIN CERTIFICATE");
    }

    @Test
    void a_key_whose_record_is_gone_signs_no_more() throws IOException {
        try (KeyStore keys = open("secret")) {
            keys.generate(KeyRequest.of(KeySpec.EC_P256, KEY.value()));
            Files.delete(directory.resolve("keys.p12.records/release.txt"));
        }
        try (KeyStore keys = open("secret")) {
            assertThatThrownBy(() -> keys.signer(KEY).sign(new byte[1]))
                    .isInstanceOfAny(IntegrityException.class, KeyStateException.class)
                    .hasMessageContaining("its certificate is one that only Chancery makes");
        }
    }

    @Test
    void a_wrong_passphrase_a_damaged_file_and_a_wrong_uri_are_told_apart() throws IOException {
        open("secret").close();
        assertThat(Files.exists(directory.resolve("keys.p12"))).isFalse();
        try (KeyStore keys = open("secret")) {
            keys.generate(KeyRequest.of(KeySpec.EC_P256, KEY.value()));
        }
        assertThatThrownBy(() -> open("guess"))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("keys.p12")
                .hasMessageNotContaining("guess");
        Files.write(directory.resolve("keys.p12"), new byte[9]);
        assertThatThrownBy(() -> open("secret")).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> KeyStores.open("pkcs12://host/keys.p12")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> KeyStores.open("pkcs12:keys.p12")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> KeyStores.open(
                        uri(), KeyStoreOptions.builder().environment(Map.of()).build()))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("CHANCERY_PASSPHRASE_FILE");
    }

    @Test
    void nothing_is_made_before_the_first_key_and_no_directory_on_the_way() throws IOException {
        try (KeyStore keys = open("secret")) {
            assertThat(keys.list()).isEmpty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
        String nowhere = uri().replace("keys.p12", "none/keys.p12");
        try (KeyStore keys = open(nowhere, "secret")) {
            assertThatThrownBy(() -> keys.generate(KeyRequest.of(KeySpec.EC_P256, KEY.value())))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("there is no directory " + directory.resolve("none"));
        }
    }

    private KeyStore open(String passphrase) {
        return open(uri(), passphrase);
    }

    private static KeyStore open(String uri, String passphrase) {
        return KeyStores.open(
                uri,
                KeyStoreOptions.builder()
                        .passphrases(id -> Optional.of(passphrase.toCharArray()))
                        .build());
    }

    private String uri() {
        return "pkcs12://" + directory.resolve("keys.p12").toUri().getRawPath();
    }

    private String keytool(String... arguments) throws Exception {
        List<String> where = List.of("-keystore", "keys.p12", "-storepass", "secret");
        return run(Stream.of(List.of("keytool"), List.of(arguments), where)
                .flatMap(List::stream)
                .toArray(String[]::new));
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
