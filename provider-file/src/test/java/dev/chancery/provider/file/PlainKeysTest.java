package dev.chancery.provider.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyStoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of encrypted keys gets a plain one only where that is asked for. */
class PlainKeysTest {
    private static final KeyStoreOptions ENCRYPTING = KeyStoreOptions.builder()
            .passphrases(id -> Optional.of("correct horse".toCharArray()))
            .build();

    @TempDir
    private Path keys;

    private void generate(String name, KeyStoreOptions options) {
        try (KeyStore store = KeyStores.open(keys, options)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, name));
        }
    }

    private void requireRefusal(String name) {
        assertThatThrownBy(() -> generate(name, KeyStoreOptions.builder().build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("--plain");
        assertThat(keys.resolve("private/" + name + ".pem")).doesNotExist();
    }

    private void stray(String content) throws IOException {
        Path file = Files.writeString(keys.resolve("private/stray.pem"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void it_is_refused_or_asked_for() throws IOException {
        generate("first", ENCRYPTING);

        requireRefusal("second");

        generate("second", KeyStoreOptions.builder().plainKeys(true).build());
        assertThat(Files.readString(keys.resolve("private/second.pem"))).startsWith("-----BEGIN PRIVATE KEY-----");
    }

    @Test
    void a_file_that_cannot_be_read_tells_nothing() throws IOException {
        generate("first", ENCRYPTING);
        stray("x".repeat(1 << 17));
        requireRefusal("second");

        Files.delete(keys.resolve("private/first.pem"));
        generate("second", KeyStoreOptions.builder().build());
        assertThat(keys.resolve("private/second.pem")).exists();
    }

    @Test
    void keys_that_other_tools_encrypted_count_as_well() throws IOException {
        generate("first", ENCRYPTING);
        Files.delete(keys.resolve("first.json"));

        requireRefusal("second");
    }
}
