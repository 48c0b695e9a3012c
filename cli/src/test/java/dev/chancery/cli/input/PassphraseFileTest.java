package dev.chancery.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseFileTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "secret           | secret",
                "secret~          | secret",
                "secret%~         | secret",
                "secret~more~     | secret",
                "' two words '    | ' two words '",
                "pässwörd ✓~      | pässwörd ✓",
            })
    void the_passphrase_is_the_first_line_without_its_newline(String text, String passphrase) throws IOException {
        assertThat(PassphraseFile.read(file(text.replace('~', '\n').replace('%', '\r'), "rw-------")))
                .isEqualTo(passphrase.toCharArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-r--r--"})
    void a_file_that_others_can_read_is_refused(String mode) {
        assertThatExceptionOfType(KeyAccessException.class)
                .isThrownBy(() -> PassphraseFile.read(file("secret", mode)))
                .withMessageContaining("chmod 600")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\nsecond line"})
    void an_empty_first_line_is_refused(String text) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> PassphraseFile.read(file(text, "rw-------")))
                .withMessageContaining("first line");
    }

    @Test
    void a_large_file_is_not_read() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PassphraseFile.read(file("x".repeat(4097), "rw-------")))
                .withMessageContaining("larger than 4096 bytes");
    }

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("passphrase"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
