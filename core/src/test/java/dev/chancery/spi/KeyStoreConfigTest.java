package dev.chancery.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoreConfigTest {
    private static final KeyId KEY = new KeyId("a");

    @TempDir
    private Path temp;

    @Test
    void without_any_source_there_is_none() throws IOException {
        assertThat(find(options(Map.of()))).isEmpty();
    }

    @Test
    void the_sources_are_asked_in_order() throws IOException {
        Path file = file("file", "from file", "rw-------");
        file("chancery-passphrase", "from systemd", "rw-------");
        Map<String, String> variable = Map.of("CHANCERY_PASSPHRASE", "from variable");
        Map<String, String> fileToo =
                Map.of("CHANCERY_PASSPHRASE", "from variable", "CHANCERY_PASSPHRASE_FILE", file.toString());
        Map<String, String> all = Map.of(
                "CHANCERY_PASSPHRASE", "from variable",
                "CHANCERY_PASSPHRASE_FILE", file.toString(),
                "CREDENTIALS_DIRECTORY", temp.toString());

        assertThat(find(options(variable))).contains("from variable");
        assertThat(find(options(fileToo))).contains("from file");
        assertThat(find(options(all))).contains("from systemd");
        assertThat(find(options(all).passphrases(id -> Optional.of(("callback of " + id).toCharArray()))))
                .contains("callback of a");
        assertThat(find(options(all).passphrases(id -> Optional.empty()))).contains("from systemd");
    }

    @Test
    void a_file_that_the_application_names_goes_before_the_one_of_the_environment() throws IOException {
        Path named = file("named", "from options", "rw-------");
        Map<String, String> environment = Map.of(
                "CHANCERY_PASSPHRASE_FILE",
                file("file", "from file", "rw-------").toString());
        assertThat(find(options(environment).passphraseFile(named))).contains("from options");
    }

    @Test
    void a_credentials_directory_without_our_credential_is_somebody_elses() throws IOException {
        assertThat(find(options(Map.of("CREDENTIALS_DIRECTORY", temp.toString()))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sésame ouvre-toi", "sésame ouvre-toi\n", "sésame ouvre-toi\r\n", "sésame ouvre-toi\nsecond"})
    void a_passphrase_is_the_first_line_without_its_end(String content) throws IOException {
        Path file = file("file", content, "r--------");
        assertThat(find(options(Map.of()).passphraseFile(file))).contains("sésame ouvre-toi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
    void a_file_that_others_can_touch_is_refused(String mode) throws IOException {
        Path file = file("file", "secret", mode);
        assertThatThrownBy(() -> find(options(Map.of()).passphraseFile(file)))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("chmod 600 " + file)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\nsecond"})
    void a_file_without_a_passphrase_is_an_error_and_not_an_empty_passphrase(String content) throws IOException {
        Path file = file("file", content, "rw-------");
        assertThatThrownBy(() -> find(options(Map.of()).passphraseFile(file)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("first line");
    }

    @Test
    void a_named_file_must_be_there_be_small_and_be_text() throws IOException {
        assertThatThrownBy(() -> find(options(Map.of()).passphraseFile(temp.resolve("none"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not exist");
        Path large = file("large", "x".repeat(5000), "rw-------");
        assertThatThrownBy(() -> find(options(Map.of()).passphraseFile(large)))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("5000 bytes");
        Path binary = file("binary", "", "rw-------");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> find(options(Map.of()).passphraseFile(binary)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREDENTIALS_DIRECTORY", "CHANCERY_PASSPHRASE_FILE"})
    void a_variable_that_holds_no_path_is_named(String variable) {
        assertThatThrownBy(() -> find(options(Map.of(variable, "a\0b"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(variable)
                .hasMessageContaining("a\\u0000b");
    }

    private static KeyStoreOptions.Builder options(Map<String, String> environment) {
        return KeyStoreOptions.builder().environment(environment);
    }

    private static Optional<String> find(KeyStoreOptions.Builder options) {
        return new KeyStoreConfig("test:", options.build(), FakeBackend.LOCAL_KEYS)
                .passphrase(KEY)
                .map(String::new);
    }

    private Path file(String name, String content, String mode) throws IOException {
        Path file = temp.resolve(name);
        Files.write(file, content.getBytes(UTF_8));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
