package dev.chancery.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileTest {

    @TempDir
    Path directory;

    @Test
    void reads_what_services_and_shells_write() throws IOException {
        assertThat(read("""
                        # Production
                        CRYPTO_KEYS_PATH=/opt/certificate-keys

                        export CRYPTO_CURRENT_KEY_ID="rsa-2026-11"
                        \texport\tA=1
                          SPACED = two words  # a comment
                        HASH=a#b
                        EMPTY=
                        EMPTY_TOO= # nothing
                        EQUALS=a=b=c
                        SINGLE='as $it "is" \\n' # comment
                        DOUBLE="a\\tb\\n\\"c\\" \\$d \\\\"
                        LINES="one
                        two # still"
                        HOME_IS=$HOME
                        LAST=ü"""))
                .containsOnly(
                        entry("CRYPTO_KEYS_PATH", "/opt/certificate-keys"),
                        entry("CRYPTO_CURRENT_KEY_ID", "rsa-2026-11"),
                        entry("A", "1"),
                        entry("SPACED", "two words"),
                        entry("HASH", "a#b"),
                        entry("EMPTY", ""),
                        entry("EMPTY_TOO", ""),
                        entry("EQUALS", "a=b=c"),
                        entry("SINGLE", "as $it \"is\" \\n"),
                        entry("DOUBLE", "a\tb\n\"c\" $d \\"),
                        entry("LINES", "one\ntwo # still"),
                        entry("HOME_IS", "$HOME"),
                        entry("LAST", "ü"));
    }

    @Test
    void reads_what_windows_editors_write() throws IOException {
        assertThat(read("\uFEFFA=1\r\nB='2'\r\n# c\r\nD=\"x\r\ny\"\r\n"))
                .containsOnly(entry("A", "1"), entry("B", "2"), entry("D", "x\r\ny"));
    }

    @Test
    void an_empty_file_sets_nothing() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("# only a comment")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A=1~SECRET                 | line 2: there is no '='",
                "A=1~~SECRET~B=2            | line 3: there is no '='",
                "=SECRET                    | line 1: what stands before '='",
                "1A=SECRET                  | line 1: what stands before '='",
                "A B=SECRET                 | line 1: what stands before '='",
                "A=1~A=SECRET               | line 2: A is set again; line 1 sets it",
                "A=1~B=\"SECRET~C=2         | line 2: the quotation that starts here",
                "A='SECRET' more            | line 1: something follows the closing quote",
                "A=\"x~y\"~B=\"\\x SECRET\" | line 3: only",
            })
    void errors_name_the_line_and_never_a_value(String text, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(text.replace('~', '\n')))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("SECRET"));
    }

    @Test
    void control_characters_are_refused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read("A=a\u0000b"))
                .withMessageContaining("line 1: there is a control character");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read("A=1\nB='a\u001bb'"))
                .withMessageContaining("line 2: there is a control character");
    }

    @Test
    void what_is_no_text_is_refused() throws IOException {
        Path file = Files.write(directory.resolve(".env"), new byte[] {'A', '=', (byte) 0xff});
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> EnvFile.read(file))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void a_missing_file_is_a_configuration_error() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> EnvFile.read(directory.resolve("none")))
                .withMessageContaining("--env-file");
    }

    @Test
    void a_huge_file_is_not_read() throws IOException {
        Path file = directory.resolve(".env");
        Files.write(file, "A=1\n".repeat(300_000).getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> EnvFile.read(file))
                .withMessageContaining("larger than 1048576 bytes");
    }

    private Map<String, String> read(String text) throws IOException {
        return EnvFile.read(Files.writeString(directory.resolve(".env"), text));
    }
}
