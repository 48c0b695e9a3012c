package dev.chancery.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.Json;
import dev.chancery.cli.Shell;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code show --attestation}, of a place that attests what it is told to. */
@Tag("one-jdk")
class ShowAttestationTest {
    @TempDir
    Path directory;

    private Shell shell;
    private Path file;

    @BeforeEach
    void certificates() throws IOException {
        shell = new Shell(directory);
        file = directory.resolve("attestation.json");
        certify("maker", "proven.pem");
        Files.copy(shell.file("proven.pem"), shell.file("bare.pem"));
        Files.copy(shell.file("proven.pem"), shell.file("software.pem"));
        certify("stranger", "other.pem");
    }

    private void certify(String who, String pem) {
        shell.program(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "key.pem",
                "-out",
                pem,
                "-subj",
                "/CN=" + who);
    }

    private Shell.Outcome show(Object... more) {
        Object[] words = new Object[more.length + 2];
        words[0] = "--store=attested:" + directory;
        words[1] = "show";
        System.arraycopy(more, 0, words, 2, more.length);
        return shell.chanceryElsewhere(words);
    }

    private Map<String, Object> written() throws IOException {
        return Json.of(Files.readString(file, StandardCharsets.UTF_8));
    }

    @Test
    void the_statement_is_written_with_its_certificates_and_the_key() throws IOException {
        assertThat(show("proven", "--attestation", file, "--attestation-roots", shell.file("proven.pem"))
                        .expect(ExitStatus.DONE)
                        .output())
                .anyMatch(line -> line.matches("attestation +fake, signed .* about this key, vouched for .*"));

        assertThat(written())
                .containsEntry("key", "proven")
                .containsEntry("format", "fake")
                .containsEntry("verified", true)
                .containsEntry(
                        "statements",
                        Map.of("statement", Base64.getEncoder().encodeToString(AttestedProvider.STATEMENT)));
        assertThat(String.valueOf(written().get("publicKey"))).startsWith("-----BEGIN PUBLIC KEY-----");
        assertThat((List<?>) written().get("chains"))
                .singleElement()
                .satisfies(chain -> assertThat(
                                String.valueOf(((List<?>) chain).get(0)).strip())
                        .isEqualTo(Files.readString(shell.file("proven.pem")).strip()));
    }

    @Test
    void what_nothing_vouches_for_is_not_written() {
        show("proven", "--attestation", file, "--attestation-roots", shell.file("other.pem"))
                .expectError(ExitStatus.FAILED, "proven", "CN=stranger");
        show("bare", "--attestation", file, "--attestation-roots", shell.file("proven.pem"))
                .expectError(ExitStatus.FAILED, "not verified");
        show("software", "--attestation", file).expectError(ExitStatus.FAILED, "Nothing attests key software", "HSM");
        assertThat(file).doesNotExist();
    }

    @Test
    void without_certificates_it_is_written_and_said_not_to_be_verified() throws IOException {
        assertThat(show("bare", "--attestation", file).expect(ExitStatus.DONE).output())
                .anyMatch(line -> line.matches("attestation +fake, not verified"));
        assertThat(written()).containsEntry("verified", false);
    }

    @Test
    void a_store_that_attests_nothing_and_roots_without_a_file_are_refused() throws IOException {
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        shell.chancery("show", "mine", "--attestation", file).expectError(ExitStatus.FAILED, "ATTESTATION");
        show("proven", "--attestation-roots", shell.file("proven.pem"))
                .expectError(ExitStatus.USAGE, "--attestation FILE");
        show("proven", "--attestation", file, "--attestation-roots", shell.write("empty.pem", ""))
                .expectError(ExitStatus.USAGE, "empty.pem");
    }
}
