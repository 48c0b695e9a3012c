package dev.chancery.spi.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class SecretFileTest {
    @TempDir
    private Path temp;

    private Path file(String content, String mode) throws IOException {
        return file(content.getBytes(UTF_8), mode);
    }

    private Path file(byte[] content, String mode) throws IOException {
        Path file = Files.write(temp.resolve("secret"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String read(Path file) {
        return new String(SecretFile.readFirstLine(file, "passphrase file"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pässwörd ✓        | pässwörd ✓",
                "pässwörd ✓~       | pässwörd ✓",
                "pässwörd ✓%~      | pässwörd ✓",
                "pässwörd ✓~more~  | pässwörd ✓",
                "^pässwörd ✓%~     | pässwörd ✓",
                "one%two~          | one%two",
                "one%              | one%",
                "' two words '     | ' two words '",
            })
    void the_secret_is_the_first_line_without_mark_and_end(String text, String secret) throws IOException {
        Path file = file(encode(text).replace('^', '\ufeff'), "r--------");
        assertThat(read(file)).isEqualTo(encode(secret));
    }

    private static String encode(String text) {
        return text.replace('~', '\n').replace('%', '\r');
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwxrwxrwx"})
    void a_file_that_others_can_touch_is_refused(String mode) throws IOException {
        Path file = file("hidden", mode);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContainingAll("passphrase file", "chmod 600 " + file)
                .hasMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\nsecond", "\ufeff", "\ufeff\nsecond"})
    void a_file_without_a_secret_is_an_error_and_not_an_empty_secret(String content) throws IOException {
        Path file = file(content, "rw-------");
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("first line", file.toString());
    }

    @Test
    void a_file_must_be_there_be_small_and_be_text() throws IOException {
        assertThatThrownBy(() -> read(temp.resolve("none")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not exist");
        Path large = file("x".repeat(4097), "rw-------");
        assertThatThrownBy(() -> read(large))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("4097 bytes");
        assertThat(read(file("x".repeat(4096), "rw-------"))).hasSize(4096);
        Path cut = file(new byte[] {'a', (byte) 0xc3}, "rw-------");
        assertThatThrownBy(() -> read(cut))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("UTF-8");
        Path directory = Files.createDirectory(
                temp.resolve("directory"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThatThrownBy(() -> read(directory))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void a_link_counts_as_what_it_leads_to() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), file("hidden", "rw-------"));
        assertThat(read(link)).isEqualTo("hidden");
        file("hidden", "rw-r--r--");
        assertThatThrownBy(() -> read(link)).isInstanceOf(KeyAccessException.class);
    }

    @Test
    void an_interrupted_thread_reads_all_the_same() throws IOException {
        Path file = file("hidden", "rw-------");
        Thread.currentThread().interrupt();
        String secret = read(file);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(secret).isEqualTo("hidden");
    }

    @Test
    void what_was_read_is_wiped() {
        byte[] good = "hidden\n".getBytes(UTF_8);
        assertThat(SecretFile.takeFirstLine(good, "It")).containsExactly("hidden".toCharArray());
        assertThat(good).containsOnly(0);
        byte[] bad = {'a', (byte) 0xff};
        assertThatThrownBy(() -> SecretFile.takeFirstLine(bad, "It")).hasMessageStartingWith("It is not UTF-8");
        assertThat(bad).containsOnly(0);
    }
}
