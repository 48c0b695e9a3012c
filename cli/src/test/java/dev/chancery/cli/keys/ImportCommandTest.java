package dev.chancery.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.Json;
import dev.chancery.cli.Shell;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void emptyStore() throws IOException {
        shell = new Shell(directory);
        Files.createDirectory(shell.file("keys"));
    }

    @Test
    void an_imported_key_says_so_and_its_source_stays_as_it_was() throws IOException {
        Path source = opensslKey("P-256");
        String before = Files.readString(source);
        assertThat(importFrom(source, "--json").expect(ExitStatus.DONE).raw())
                .satisfies(json ->
                        assertThat(Json.of(json)).containsEntry("id", "mine").containsEntry("origin", "IMPORTED"));
        assertThat(source).hasContent(before);
    }

    @Test
    void a_key_comes_from_standard_input() throws IOException {
        String pem = Files.readString(opensslKey("P-384"));
        assertThat(shell.chanceryWithInput(pem, "import", "mine", "-").line()).isEqualTo("mine");
    }

    @Test
    void an_encrypted_key_needs_its_own_passphrase() throws IOException {
        shell.writeSecret("right", "correct horse\n");
        shell.writeSecret("wrong", "battery staple\n");
        shell.program(
                "openssl", "genpkey", "-algorithm", "ED25519", "-aes256", "-pass", "file:right", "-out", "in.pem");
        Path in = shell.file("in.pem");
        importFrom(in).expectError(ExitStatus.FAILED, "mine");
        importFrom(in, "--in-passphrase-file", shell.file("wrong")).expectError(ExitStatus.FAILED, "mine");
        assertThat(shell.file("keys/private/mine.pem")).doesNotExist();
        importFrom(in, "--in-passphrase-file", shell.file("right")).expect(ExitStatus.DONE);
    }

    @Test
    void an_empty_file_is_an_empty_passphrase() throws IOException {
        opensslKey("P-256");
        shell.program(
                "openssl",
                "pkcs8",
                "-topk8",
                "-in",
                "openssl.pem",
                "-v1",
                "PBE-SHA1-3DES",
                "-passout",
                "pass:",
                "-out",
                "in.pem");
        shell.writeSecret("empty", "");

        importFrom(shell.file("in.pem"), "--in-passphrase-file", shell.file("empty"))
                .expect(ExitStatus.DONE);
    }

    /** RFC 4055, 1.2: what its owner has confined stays confined, here and wherever its public half goes. */
    @Test
    void a_key_that_is_confined_to_pss_stays_so() throws IOException {
        shell.program(
                "openssl",
                "genpkey",
                "-algorithm",
                "RSA-PSS",
                "-pkeyopt",
                "rsa_keygen_bits:2048",
                "-pkeyopt",
                "rsa_pss_keygen_md:sha384",
                "-pkeyopt",
                "rsa_pss_keygen_mgf1_md:sha384",
                "-pkeyopt",
                "rsa_pss_keygen_saltlen:48",
                "-out",
                "in.pem");
        shell.program("openssl", "pkey", "-in", "in.pem", "-pubout", "-out", "in.pub");
        importFrom(shell.file("in.pem")).expect(ExitStatus.DONE);

        Shell.Outcome shown = shell.chancery("show", "mine", "--json");
        assertThat(Json.of(shown.raw()))
                .containsEntry("algorithms", List.of("RSA_PSS_SHA384"))
                .containsEntry("defaultAlgorithm", "RSA_PSS_SHA384");
        assertThat(shell.chancery("list").raw()).contains("RSA_2048 (RSA_PSS_SHA384)");
        assertThat(shell.chancery("public-key", "mine").raw()).isEqualTo(Files.readString(shell.file("in.pub")));
        Path message = shell.write("message", "to be signed");
        shell.chancery("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "mine", "--algorithm", "RSA_PKCS1_SHA256", message)
                .expectError(ExitStatus.FAILED, "RSA_PSS_SHA384");
        assertThat(Files.readString(shell.file("keys/private/mine.pem")))
                .isEqualTo(Files.readString(shell.file("in.pem")));
    }

    @Test
    void a_passphrase_file_that_others_can_read_is_refused() throws IOException {
        Path passphrase = shell.write("passphrase", "correct horse\n");
        Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-r--r--"));
        importFrom(opensslKey("P-256"), "--in-passphrase-file", passphrase).expectError(ExitStatus.FAILED, "chmod 600");
        importFrom(opensslKey("P-256"), "--in-passphrase-file", shell.file("none"))
                .expectError(ExitStatus.USAGE, "There is no passphrase file");
    }

    @Test
    void a_name_that_is_taken_is_never_overwritten() throws IOException {
        importFrom(opensslKey("P-256")).expect(ExitStatus.DONE);
        String before = Files.readString(shell.file("keys/private/mine.pem"));
        importFrom(opensslKey("P-256")).expectError(ExitStatus.FAILED, "mine");
        assertThat(shell.file("keys/private/mine.pem")).hasContent(before);
    }

    @Test
    void keys_of_unsupported_kinds_are_refused_with_the_reason() throws IOException {
        shell.program("openssl", "genrsa", "-out", "in.pem", "1024");
        refuses("1024");
        shell.program("openssl", "genrsa", "-3", "-out", "in.pem", "2048");
        refuses("exponent");
        shell.program("openssl", "ecparam", "-name", "prime192v1", "-genkey", "-noout", "-out", "in.pem");
        refuses("");
        shell.program("openssl", "genpkey", "-algorithm", "ED448", "-out", "in.pem");
        refuses("");
    }

    @Test
    void what_is_no_private_key_is_refused() throws IOException {
        String key = Files.readString(opensslKey("P-256"));
        shell.write("in.pem", "");
        refuses("");
        shell.write("in.pem", "not a key");
        refuses("");
        shell.write("in.pem", key + key);
        refuses("");
        shell.write("in.pem", key.substring(0, key.length() / 2));
        refuses("");
        shell.write("in.pem", key.replace("MI", "!!"));
        refuses("");
        shell.program("openssl", "pkey", "-in", "openssl.pem", "-pubout", "-out", "in.pem");
        refuses("");
        shell.program(
                "openssl", "req", "-x509", "-key", "openssl.pem", "-subj", "/CN=test", "-days", "1", "-out", "in.pem");
        refuses("");
    }

    @Test
    void a_huge_file_is_not_read() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(shell.file("in.pem").toFile(), "rw")) {
            file.setLength(100_000_000);
        }
        refuses("larger than");
    }

    private void refuses(String reason) {
        importFrom(shell.file("in.pem")).expectError(ExitStatus.FAILED, reason);
        assertThat(shell.file("keys/private/mine.pem")).doesNotExist();
        assertThat(shell.chancery("list").output()).hasSize(1);
    }

    private Path opensslKey(String curve) {
        shell.program(
                "openssl",
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:" + curve,
                "-out",
                "openssl.pem");
        return shell.file("openssl.pem");
    }

    private Shell.Outcome importFrom(Path source, Object... options) {
        Object[] arguments = new Object[options.length + 3];
        arguments[0] = "import";
        arguments[1] = "mine";
        arguments[2] = source;
        System.arraycopy(options, 0, arguments, 3, options.length);
        return shell.chancery(arguments);
    }
}
