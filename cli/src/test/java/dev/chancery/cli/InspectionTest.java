package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** list, show, public-key, providers, reencrypt, and what is no command. */
class InspectionTest {

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void store() {
        shell = new Shell(directory);
    }

    @Test
    void an_empty_store_has_an_empty_list() throws IOException {
        Files.createDirectory(shell.file("keys"));

        assertThat(shell.chancery("list").expect(ExitStatus.DONE).line()).startsWith("ID");
        assertThat(Json.listOf(shell.chancery("list", "--json").raw())).isEmpty();
    }

    @Test
    void keys_that_must_not_be_used_are_listed_with_the_reason_among_those_that_may() throws IOException {
        shell.chancery("generate", "ecdsa", "good").expect(ExitStatus.DONE);
        shell.chancery("generate", "ecdsa", "damaged").expect(ExitStatus.DONE);
        shell.chancery("generate", "ecdsa", "stranger").expect(ExitStatus.DONE);
        Files.copy(
                shell.file("keys/public/stranger.pub"),
                shell.file("keys/public/damaged.pub"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        shell.program("openssl", "genrsa", "-out", "keys/private/small.pem", "1024");
        shell.program("openssl", "pkey", "-in", "keys/private/small.pem", "-pubout", "-out", "keys/public/small.pub");

        assertThat(shell.chancery("list").expect(ExitStatus.DONE).output())
                .hasSize(5)
                .anyMatch(line -> line.matches("damaged +- +DAMAGED +- +.+"))
                .anyMatch(line -> line.matches("good +EC_P256 +ACTIVE +- +.+"))
                .anyMatch(line -> line.matches("small +- +UNSUPPORTED +- +.*1024.*"));
        List<Map<String, Object>> json =
                Json.listOf(shell.chancery("list", "--json").raw());
        assertThat(json)
                .hasSize(4)
                .anySatisfy(key -> assertThat(key).containsEntry("id", "good").containsEntry("usable", true))
                .anySatisfy(key -> assertThat(key)
                        .containsEntry("id", "damaged")
                        .containsEntry("usable", false)
                        .containsEntry("problem", "DAMAGED")
                        .containsKey("reason"))
                .anySatisfy(
                        key -> assertThat(key).containsEntry("id", "small").containsEntry("problem", "UNSUPPORTED"));

        shell.write("message", "m");
        shell.chancery("sign", "--key", "good", shell.file("message")).expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "damaged", shell.file("message")).expectError(ExitStatus.FAILED, "damaged");
        shell.chancery("sign", "--key", "small", shell.file("message")).expectError(ExitStatus.FAILED, "1024");
    }

    @Test
    void show_and_public_key_take_a_rings_name() {
        shell.chancery("generate", "ed25519", "first", "--ring", "release").expect(ExitStatus.DONE);
        assertThat(shell.chancery("show", "release").expect(ExitStatus.DONE).output())
                .anyMatch(line -> line.matches("id +first"))
                .anyMatch(line -> line.matches("ring +release, generation 1"))
                .anyMatch(line -> line.matches("fingerprint +[0-9a-f]{64}"))
                .anyMatch(line -> line.matches(".*PRE_ACTIVE → ACTIVE: .+"));
        assertThat(shell.chancery("public-key", "release")
                        .expect(ExitStatus.DONE)
                        .output())
                .startsWith("-----BEGIN PUBLIC KEY-----")
                .endsWith("-----END PUBLIC KEY-----");
        shell.chancery("show", "other").expectError(ExitStatus.FAILED, "other", "chancery list");
    }

    @Test
    void the_fingerprint_is_the_one_that_openssl_computes() throws IOException {
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        shell.program("openssl", "pkey", "-pubin", "-in", "keys/public/mine.pub", "-outform", "DER", "-out", "spki");
        String theirs =
                shell.program("openssl", "dgst", "-sha256", "-r", "spki").line();
        assertThat(Json.of(shell.chancery("show", "mine", "--json").raw()))
                .containsEntry("fingerprint", theirs.split(" ")[0]);
    }

    @Test
    void reencrypt_encrypts_with_the_passphrase_of_now() throws IOException {
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        assertThat(shell.file("keys/private/mine.pem")).content().startsWith("-----BEGIN PRIVATE KEY-----");
        Path passphrase = shell.writeSecret("passphrase", "correct horse\n");
        assertThat(shell.chancery("--passphrase-file", passphrase, "reencrypt", "mine")
                        .expect(ExitStatus.DONE)
                        .line())
                .isEqualTo("mine");
        assertThat(shell.file("keys/private/mine.pem")).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        shell.write("message", "m");
        shell.chancery("sign", "--key", "mine", shell.file("message")).expectError(ExitStatus.FAILED, "mine");
        shell.chancery("sign", "--passphrase-file", passphrase, "--key", "mine", shell.file("message"))
                .expect(ExitStatus.DONE);
        Path wrong = shell.writeSecret("wrong", "battery staple\n");
        Shell.Outcome refused = shell.chancery(
                        "sign", "--passphrase-file", wrong, "--key", "mine", shell.file("message"))
                .expectError(ExitStatus.FAILED, "mine");
        assertThat(refused.errors()).doesNotContain("battery");
    }

    @Test
    void providers_name_the_file_store_and_stay_with_the_jdk() {
        assertThat(shell.chancery("providers").expect(ExitStatus.DONE).output())
                .anyMatch(line -> line.startsWith("file:"))
                .anyMatch(line -> line.matches("EC +\\S+ +jdk/SunEC"))
                .anyMatch(line -> line.startsWith("ML_DSA "))
                .noneMatch(line -> line.contains("null"));
        String json = shell.chancery("providers", "--json").raw();
        assertThat(Json.of(json)).containsKeys("stores", "jca");
        assertThat(json).contains("ML_DSA").doesNotContain("null");
    }

    @Test
    void what_is_no_command_is_a_usage_error_that_names_the_nearest() {
        Shell.run("").expectError(ExitStatus.USAGE, "generate", "`chancery --help`");
        Shell.run("", "singe", "file").expectError(ExitStatus.USAGE, "singe", "Did you mean");
        Shell.run("", "list", "--jsno").expectError(ExitStatus.USAGE, "--jsno", "`chancery list --help`");
        assertThat(Shell.run("", "public-key", "mine", "--json")
                        .expect(ExitStatus.USAGE)
                        .errors())
                .contains("'--json'", "\"kind\":\"Usage\"");
    }

    @Test
    void help_and_version_are_answers() {
        assertThat(Shell.run("", "--help").expect(ExitStatus.DONE).output()).anyMatch(line -> line.contains("verify"));
        assertThat(Shell.run("", "sign", "--help").expect(ExitStatus.DONE).output())
                .anyMatch(line -> line.contains("--encoding"));
        assertThat(Shell.run("", "--version").expect(ExitStatus.DONE).line()).startsWith("chancery ");
    }

    @Test
    void a_store_that_cannot_be_is_an_error_that_says_what_can() throws IOException {
        Shell.run("", "--store", "nowhere:///x", "list").expectError(ExitStatus.USAGE, "nowhere", "file");
        Shell.run("", "--store", "azurekv://vault", "list")
                .expectError(ExitStatus.USAGE, "awskms, azurekms, file, gcpkms, pkcs11");
        Shell.run("", "--store", "awskms:///", "list").expectError(ExitStatus.USAGE, "region=eu-central-1");
        Path file = shell.write("keys", "a file");
        Shell.Outcome outcome = shell.chancery("list");
        assertThat(outcome.status()).isIn(ExitStatus.USAGE, ExitStatus.FAILED);
        outcome.expectError(outcome.status(), "keys");
        assertThat(file).hasContent("a file");
    }

    @Test
    void a_directory_has_no_orphans_and_takes_none_away() throws IOException {
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);

        assertThat(shell.chancery("orphans").expect(ExitStatus.DONE).output()).hasSize(1);
        assertThat(shell.chancery("orphans", "--delete", "--json")
                        .expect(ExitStatus.DONE)
                        .line())
                .isEqualTo("[]");
        assertThat(shell.chancery("list").output()).hasSize(2);
    }

    @Test
    void an_environment_file_names_the_store_and_the_option_goes_before_it() throws IOException {
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        Path env = shell.write(".env", "CRYPTO_KEYS_PATH=" + shell.store() + "\n");
        assertThat(Shell.run("", "--env-file", env.toString(), "list").output()).hasSize(2);
        Files.createDirectory(shell.file("other"));
        assertThat(Shell.run(
                                "",
                                "list",
                                "--env-file",
                                env.toString(),
                                "--store",
                                shell.file("other").toString())
                        .output())
                .hasSize(1);
        Path broken = shell.write("broken.env", "CRYPTO_KEYS_PATH\n");
        Shell.run("", "--env-file", broken.toString(), "list").expectError(ExitStatus.USAGE, "line 1");
        Path kms = shell.write("kms.env", "CRYPTO_USE_KMS=true\n");
        Shell.run("", "--env-file", kms.toString(), "list").expectError(ExitStatus.USAGE, "CRYPTO_KMS_KEY_ID");
    }
}
