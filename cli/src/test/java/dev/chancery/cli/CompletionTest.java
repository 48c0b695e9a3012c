package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand at the cursor; {@code CommandIT} has the shells. */
class CompletionTest {

    @TempDir
    private static Path directory;

    private static Shell shell;

    /** Encrypted, and its passphrase is nowhere. */
    @BeforeAll
    static void fill() throws IOException {
        shell = new Shell(directory);
        Path passphrase = shell.writeSecret("passphrase", "correct horse\n");
        shell.chancery("generate", "ecdsa", "mine", "--passphrase-file", passphrase)
                .expect(ExitStatus.DONE);
        shell.chancery("generate", "ecdsa", "first", "--ring", "release", "--passphrase-file", passphrase)
                .expect(ExitStatus.DONE);
    }

    /** The candidates for the last word. */
    private static List<String> at(Object... words) {
        return shell.chanceryElsewhere(Stream.concat(Stream.of("completion", "bash", "--"), Stream.of(words))
                        .toArray())
                .expect(ExitStatus.DONE)
                .output();
    }

    private static List<String> inStore(Object... words) {
        return at(Stream.concat(Stream.of("--store", shell.store()), Stream.of(words))
                .toArray());
    }

    @Test
    void commands_their_words_and_options() {
        assertThat(at("ver")).containsExactly("verify");
        assertThat(at("")).contains("sign", "ring", "audit").doesNotContain("record");
        assertThat(at("help", "ri")).containsExactly("ring");
        assertThat(at("ring", "")).containsExactly("adopt", "list", "show");
        assertThat(at("audit", "rec")).containsExactly("reconcile");
        assertThat(at("sign", "--al")).containsExactly("--algorithm");
        assertThat(at("sign", "--sto")).containsExactly("--store");
    }

    @Test
    void keys_and_rings_of_a_directory_whose_passphrase_is_not_known() {
        assertThat(inStore("show", "")).containsExactly("first", "mine", "release");
        assertThat(inStore("show", "m")).containsExactly("mine");
        assertThat(inStore("sign", "--key", "")).containsExactly("first", "mine", "release");
        assertThat(inStore("sign", "--ring", "")).containsExactly("release");
        assertThat(inStore("sign", "--ring", "=", "rel")).containsExactly("release");
        assertThat(inStore("sign", "--ring", "=")).containsExactly("release");
        assertThat(at("--store=" + shell.store(), "show", "mi")).containsExactly("mine");
        assertThat(inStore("rotate", "rel")).containsExactly("release");
        assertThat(inStore("ring", "show", "")).containsExactly("release");
        assertThat(at("show", "--store", shell.store().toUri(), "mi")).containsExactly("mine");
        assertThat(inStore("generate", "rsa", "")).as("the id of a key to come").isEmpty();
        assertThat(inStore("import", "")).isEmpty();
    }

    @Test
    void kinds_algorithms_and_profiles() {
        assertThat(at("generate", "")).containsExactly("ecdsa", "ed25519", "rsa");
        assertThat(at("generate", "--spec", "EC_P2")).containsExactly("EC_P256");
        assertThat(at("verify", "--algorithm", "ED")).containsExactly("ED25519");
        assertThat(at("policy", "show", "")).containsExactly("cnsa2", "default", "webpki");
    }

    @Test
    void where_it_knows_nothing_the_shell_completes_files() {
        assertThat(inStore("sign", "mi")).isEmpty();
        assertThat(at("--store", "")).isEmpty();
        assertThat(at("nonsense", "--nonsense", "")).isEmpty();
        assertThat(shell.chanceryElsewhere("completion", "bash", "--")
                        .expect(ExitStatus.DONE)
                        .raw())
                .contains("complete ");
    }

    @Test
    void no_store_but_a_directory_is_opened_and_nothing_is_written() throws IOException {
        for (String store : List.of(
                "awskms:///?region=eu-central-1",
                "azurekms://vault/",
                "gcpkms://projects/p",
                "pkcs11:token=a?module-path=/nowhere",
                "nonsense:",
                "file://host/keys",
                "\0")) {
            assertThat(at("--store", store, "show", "")).as(store).isEmpty();
        }
        Path elsewhere = shell.file("elsewhere");
        Path inventory = shell.file("inventory.csv");
        assertThat(at("--store", elsewhere, "show", "")).isEmpty();
        Path envFile = shell.write(
                "env",
                "CRYPTO_KEYS_PATH=" + shell.store() + "\nCHANCERY_INVENTORY=" + inventory + "\nCHANCERY_AUDIT="
                        + shell.file("log") + "\nCHANCERY_PASSPHRASE_FILE=/nowhere\n");
        Map<String, FileTime> before = times();
        assertThat(at("--env-file", envFile, "show", "mi")).containsExactly("mine");
        assertThat(times()).isEqualTo(before);
        shell.write("env", "CRYPTO_USE_KMS=true\nCRYPTO_KEYS_PATH=" + shell.store() + "\n");
        assertThat(at("--env-file", envFile, "show", "mi")).isEmpty();
    }

    private static Map<String, FileTime> times() throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                times.put(file.toString(), Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void an_unknown_shell_is_told_the_known_ones() {
        shell.chanceryElsewhere("completion", "fish").expectError(ExitStatus.USAGE, "fish", "bash and zsh");
    }
}
