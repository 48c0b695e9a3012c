package dev.chancery.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.Json;
import dev.chancery.cli.Shell;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void emptyStore() {
        shell = new Shell(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa,                       rsa-{month},     RSA_3072",
        "ecdsa,                     ecdsa-{month},   EC_P256",
        "ed25519,                   ed25519-{month}, ED25519",
        "ECDSA mine,                mine,            EC_P256",
        "mine --spec EC_P384,       mine,            EC_P384",
        "mine --spec ec_p521,       mine,            EC_P521",
        "ecdsa mine --spec EC_P384, mine,            EC_P384",
        "--spec RSA_2048,           rsa-{month},     RSA_2048",
        "--spec RSA_4096 big,       big,             RSA_4096",
        "ed25519 --ring release,    release-{month}, ED25519",
    })
    void says_what_the_words_say(String words, String id, String spec) {
        List<String> ids = ids(id);
        assertThat(ids).contains(generate(words).expect(ExitStatus.DONE).line());
        assertThat(shell.chancery("list").expect(ExitStatus.DONE).output())
                .hasSize(2)
                .anyMatch(line -> ids.contains(line.split(" +")[0]) && line.split(" +")[1].equals(spec));
    }

    @ParameterizedTest
    @CsvSource({
        "ecdas,        ecdsa",
        "ras,          rsa",
        "rsaa,         rsa",
        "ec,           ecdsa",
        "eddsa,        ed25519",
        "ed2551,       ed25519",
        "ed25519x,     ed25519",
        "rsa4096,      --spec RSA_4096",
        "RSA-2048,     --spec RSA_2048",
        "p384,         --spec EC_P384",
        "EC_P521,      --spec EC_P521",
        "secp256r1,    --spec EC_P256",
        "ml-dsa-65,    --spec ML_DSA_65",
        "rsa1024,      --spec",
    })
    void a_word_that_was_to_be_a_kind_is_no_name(String word, String meant) {
        generate(word).expectError(ExitStatus.USAGE, "'" + word + "'", "did you mean " + meant, "`generate rsa NAME`");
        assertThat(shell.file("keys")).doesNotExist();

        String name = word.toLowerCase(Locale.ROOT).replace('_', '-');
        assertThat(generate("ed25519 " + name).expect(ExitStatus.DONE).line()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"release", "rsa-2026-11", "p1", "rs", "ca", "salsa", "rsa-root"})
    void other_words_are_names(String word) {
        assertThat(generate("--spec EC_P256 " + word).expect(ExitStatus.DONE).line())
                .isEqualTo(word);
    }

    @Test
    void without_words_it_is_rsa_with_the_month_and_then_a_number() {
        assertThat(ids("rsa-{month}")).contains(generate("").line());
        assertThat(ids("rsa-{month}-2")).contains(generate("").line());
        assertThat(ids("rsa-{month}-3")).contains(generate("rsa").line());
    }

    @Test
    void the_key_is_one_that_openssl_reads() {
        generate("ecdsa mine").expect(ExitStatus.DONE);
        shell.program("openssl", "pkey", "-in", "keys/private/mine.pem", "-check", "-noout");
        assertThat(shell.program("openssl", "pkey", "-in", "keys/private/mine.pem", "-pubout")
                        .output())
                .isEqualTo(shell.chancery("public-key", "mine").output());
    }

    @Test
    void with_a_passphrase_the_key_is_encrypted_and_openssl_reads_it_with_that_passphrase_only() throws IOException {
        Path passphrase = shell.writeSecret("passphrase", "correct horse\n");
        shell.chancery("--passphrase-file", passphrase, "generate", "ecdsa", "mine")
                .expect(ExitStatus.DONE);
        assertThat(shell.file("keys/private/mine.pem")).content().contains("ENCRYPTED PRIVATE KEY");
        shell.program("openssl", "pkey", "-in", "keys/private/mine.pem", "-passin", "file:passphrase", "-noout");
        assertThat(shell.attempt("openssl", "pkey", "-in", "keys/private/mine.pem", "-passin", "pass:", "-noout")
                        .status())
                .isNotZero();
    }

    @Test
    void json_is_the_keys_metadata() {
        Shell.Outcome outcome = generate("ecdsa mine --ring release --json").expect(ExitStatus.DONE);
        assertThat(Json.of(outcome.raw()))
                .containsEntry("id", "mine")
                .containsEntry("spec", "EC_P256")
                .containsEntry("state", "ACTIVE")
                .containsEntry("ring", "release")
                .containsEntry("generation", 1L)
                .containsEntry("origin", "GENERATED")
                .containsEntry("protection", "SOFTWARE")
                .containsEntry("defaultAlgorithm", "ECDSA_SHA256")
                .containsEntry("algorithms", List.of("ECDSA_SHA256", "ECDSA_SHA384", "ECDSA_SHA512"))
                .containsKeys("created", "signUntil", "fingerprint", "history", "labels", "publicKey")
                .doesNotContainKeys("verifyUntil", "compromisedSince");
    }

    @Test
    void an_id_that_exists_is_never_overwritten() throws IOException {
        generate("ecdsa mine").expect(ExitStatus.DONE);
        String before = Files.readString(shell.file("keys/private/mine.pem"));
        generate("ecdsa mine").expectError(ExitStatus.FAILED, "mine");
        generate("rsa mine").expectError(ExitStatus.FAILED, "mine");
        assertThat(shell.file("keys/private/mine.pem")).hasContent(before);
    }

    @ParameterizedTest
    @CsvSource({
        "dsa mine,               no type of key",
        "rsa mine more,          more",
        "rsa --spec EC_P256,     contradict",
        "--spec RSA_1024,        RSA_1024",
        "rsa --bits 3072,        --bits",
    })
    void words_that_make_no_sense_are_refused_before_anything_is_written(String words, String message) {
        generate(words).expectError(ExitStatus.USAGE, message, "`chancery generate --help`");
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("notNames")
    void an_id_that_is_no_name_is_refused_before_anything_is_written(String id) {
        shell.chancery("generate", "ecdsa", id).expectError(ExitStatus.USAGE, "key name");
        shell.chancery("generate", "ecdsa", "--ring", id).expectError(ExitStatus.USAGE, "key name");
        assertThat(directory).isEmptyDirectory();
    }

    static List<String> notNames() {
        return List.of(
                "../escape",
                "a/b",
                "..",
                "",
                " ",
                "a b",
                "nul\u0000byte",
                "line\nbreak",
                "esc\u001b[31m",
                "Upper",
                "ümlaut",
                "x".repeat(64),
                "x".repeat(100_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"con", "nul", "aux", "com1", "lpt9"})
    void a_name_that_is_a_device_on_windows_is_refused(String id) {
        shell.chancery("generate", "ecdsa", id).expectError(ExitStatus.USAGE, id);
        assertThat(shell.file("keys/private/" + id + ".pem")).doesNotExist();
    }

    private Shell.Outcome generate(String words) {
        Object[] arguments = ("generate " + words).strip().split(" +");
        return shell.chancery(arguments);
    }

    /** The test may run while a month ends. */
    private static List<String> ids(String pattern) {
        YearMonth now = YearMonth.now(ZoneOffset.UTC);
        return List.of(
                pattern.replace("{month}", now.toString()),
                pattern.replace("{month}", now.minusMonths(1).toString()));
    }
}
