package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings, rotation, states and compromise, as an operator meets them. */
class LifecycleCommandsTest {

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void aRingWithOneKey() throws IOException {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "first", "--ring", "release").expect(ExitStatus.DONE);
        shell.write("contract", "Pay 100 to Alice");
    }

    @Test
    void a_ring_shows_its_keys_newest_first() {
        String second =
                shell.chancery("rotate", "release").expect(ExitStatus.DONE).line();

        assertThat(shell.chancery("ring", "list").output())
                .hasSize(2)
                .last()
                .asString()
                .matches("release +2 +" + second + " +.*");
        String ring = shell.chancery("ring", "show", "release", "--json").line();
        assertThat(ring)
                .startsWith("{\"name\":\"release\",\"current\":\"" + second + "\",\"keys\":[{\"id\":\"" + second);
        assertThat(shell.chancery("ring", "list", "--json").line()).isEqualTo("[" + ring + "]");
        assertThat(shell.chancery("ring", "show", "release").output()).hasSize(3);
        shell.chancery("ring").expectError(ExitStatus.USAGE, "ring list");
        shell.chancery("ring", "show", "nobodys").expectError(ExitStatus.FAILED, "nobodys");
    }

    @Test
    void keys_that_other_tools_made_become_a_ring_in_the_order_of_their_dates() throws IOException {
        for (int year = 2023; year <= 2025; year++) {
            Path half = Path.of("keys/private/key-" + year + ".pem");
            shell.program(
                    "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", half);
            shell.program("openssl", "pkey", "-in", half, "-pubout", "-out", "keys/public/key-" + year + ".pub");
            FileTime written = FileTime.from(Instant.parse(year + "-01-31T12:00:00Z"));
            Files.setLastModifiedTime(shell.file(half.toString()), written);
        }
        shell.chancery("rotate", "key-2025").expectError(ExitStatus.FAILED, "`chancery ring adopt RING key-2025`");
        shell.chancery("rotate", "first").expectError(ExitStatus.FAILED, "`chancery rotate release`");

        List<String> ring = shell.chancery("ring", "adopt", "contracts", "key-2025", "key-2023", "key-2024")
                .expect(ExitStatus.DONE)
                .output();

        assertThat(ring).hasSize(4);
        assertThat(ring.get(1)).matches("key-2025 +3 +ACTIVE +2025-01-31T12:00:00Z +-");
        assertThat(ring.get(2)).matches("key-2024 +2 +ACTIVE +2024-01-31T12:00:00Z +20\\S+Z");
        assertThat(ring.get(3)).matches("key-2023 +1 +DEACTIVATED +2023-01-31T12:00:00Z +20\\S+Z");
        shell.chancery("sign", "--ring", "contracts", shell.file("contract")).expect(ExitStatus.DONE);
        shell.chancery("ring", "adopt", "contracts", "first").expectError(ExitStatus.FAILED, "first", "release");
        assertThat(shell.chancery("rotate", "contracts", "--if-due", "--json").line())
                .contains("\"generation\":4");
    }

    /** Chancery makes none such any more; a directory may have them from before, or from another tool. */
    @Test
    void a_name_that_a_key_and_a_ring_have_is_never_taken_for_one_of_them_silently() throws IOException {
        String second = shell.chancery("generate", "ecdsa", "second").line();
        shell.chancery("generate", "ecdsa", "release").expectError(ExitStatus.FAILED, "ring 'release'", "another name");
        shell.chancery("generate", "ecdsa", "--ring", second).expectError(ExitStatus.FAILED, "key 'second'");
        shell.chancery("generate", "ecdsa", "both", "--ring", "both").expectError(ExitStatus.USAGE, "'both'");
        shell.chancery("ring", "adopt", second, second).expectError(ExitStatus.FAILED, "key 'second'");
        for (String file : List.of("private/second.pem", "public/second.pub")) {
            Files.move(shell.store().resolve(file), shell.store().resolve(file.replace("second", "release")));
        }
        Files.delete(shell.store().resolve("second.json"));

        for (String change : List.of("suspend", "resume", "deactivate", "destroy", "compromise", "reencrypt")) {
            shell.chancery(change, "release").expectError(ExitStatus.USAGE, "key:release", "ring:release");
        }
        assertThat(shell.chancery("show", "release").expect(ExitStatus.DONE).errors())
                .contains("warning", "key:release or ring:release");
        assertThat(shell.chancery("show", "ring:release").errors()).isEmpty();
        assertThat(shell.chancery("show", "ring:release").output().get(0)).endsWith(" first");
        assertThat(shell.chancery("sign", "--key", "release", "--out", shell.file("sig"), shell.file("contract"))
                        .errors())
                .contains("warning");
        for (String ofKey : List.of("key:release", "release")) {
            shell.chancery("verify", "--key", ofKey, "--signature", shell.file("sig"), shell.file("contract"))
                    .expect(ExitStatus.DONE);
        }
        shell.chancery("verify", "--key", "ring:release", "--signature", shell.file("sig"), shell.file("contract"))
                .expect(ExitStatus.NEGATIVE);
        shell.chancery("suspend", "key:release").expect(ExitStatus.DONE);
        assertThat(shell.chancery("show", "first").raw()).contains("ACTIVE");
        shell.chancery("show", "ring:nothing").expectError(ExitStatus.FAILED, "'ring:nothing'");
    }

    /** A key in a directory is proven by itself, so nothing changes. */
    @Test
    void a_fingerprint_is_confirmed_only_if_it_is_the_keys() {
        String shown = String.join("\n", shell.chancery("show", "first").output());
        String fingerprint = shown.replaceAll("(?s).*fingerprint +([0-9a-f]{64}).*", "$1");

        assertThat(shell.chancery("trust", "first", "--fingerprint", fingerprint)
                        .line())
                .isEqualTo("first");
        shell.chancery("trust", "first", "--fingerprint", "00".repeat(32)).expectError(ExitStatus.FAILED, fingerprint);
        shell.chancery("trust", "first", "--fingerprint", "short")
                .expectError(ExitStatus.USAGE, "64 hexadecimal digits");
        shell.chancery("trust", "first").expectError(ExitStatus.USAGE, "--fingerprint");
    }

    @Test
    void a_new_key_is_protected_no_less_than_those_before_it() throws Exception {
        Path passphrase = shell.writeSecret("passphrase", "correct horse\n");
        Shell encrypted = new Shell(shell.file("encrypted"));
        Files.createDirectory(shell.file("encrypted"));
        encrypted
                .chancery("generate", "ecdsa", "first", "--ring", "release", "--passphrase-file", passphrase)
                .expect(ExitStatus.DONE);

        encrypted.chancery("generate", "ecdsa", "second").expectError(ExitStatus.USAGE, "--passphrase-file", "--plain");
        encrypted.chancery("rotate", "release").expectError(ExitStatus.USAGE, "first, is encrypted", "--plain");
        assertThat(encrypted.chancery("list").output()).hasSize(2);

        Shell.Outcome marked = encrypted.chancery("compromise", "first").expect(ExitStatus.FAILED);
        assertThat(marked.output()).anyMatch(line -> line.startsWith("FAILED") && line.contains("--passphrase-file"));
        assertThat(encrypted.chancery("show", "first").raw()).contains("COMPROMISED");
        assertThat(encrypted.chancery("list").output()).hasSize(2);
        assertThat(encrypted
                        .chancery("compromise", "first", "--passphrase-file", passphrase)
                        .expect(ExitStatus.DONE)
                        .raw())
                .contains("Current key: ");

        encrypted.chancery("generate", "ecdsa", "second", "--plain").expect(ExitStatus.DONE);
        assertThat(encrypted.store().resolve("private/second.pem")).content().startsWith("-----BEGIN PRIVATE KEY-----");
        // With a plain key there, another is nothing new; a ring of encrypted keys stays one.
        encrypted.chancery("generate", "ecdsa", "third").expect(ExitStatus.DONE);
        encrypted.chancery("rotate", "release").expectError(ExitStatus.USAGE, "is encrypted");
    }

    @Test
    void an_old_signature_verifies_after_a_rotation_and_new_ones_come_from_the_new_key() {
        Path file = shell.file("contract");
        shell.chancery("sign", "--ring", "release", "--out", shell.file("old.sig"), file)
                .expect(ExitStatus.DONE);
        String second = shell.chancery("rotate", "release").line();
        shell.chancery("sign", "--ring", "release", "--out", shell.file("new.sig"), file)
                .expect(ExitStatus.DONE);

        for (String signature : new String[] {"old.sig", "new.sig"}) {
            shell.chancery("verify", "--ring", "release", "--signature", shell.file(signature), file)
                    .expect(ExitStatus.DONE);
        }
        Path publicKey = shell.file("second.pub");
        shell.program("cp", shell.store().resolve("public/" + second + ".pub"), publicKey);
        shell.program("openssl", "dgst", "-sha256", "-verify", publicKey, "-signature", shell.file("new.sig"), file);
    }

    @Test
    void if_due_prints_the_same_whether_it_rotated_or_not() {
        String answer =
                shell.chancery("rotate", "release", "--if-due", "--json").line();
        assertThat(answer).contains("\"current\":\"first\"", "\"generation\":1", "\"due\":\"");
        assertThat(shell.chancery("rotate", "release", "--if-due", "--json").line())
                .isEqualTo(answer);
        assertThat(shell.chancery("list").output()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "P0D", "P-1M", "soon"})
    void a_period_that_is_none_is_refused(String period) {
        shell.chancery("rotate", "release", "--if-due", "--period", period).expectError(ExitStatus.USAGE);
        assertThat(shell.chancery("list").output()).hasSize(2);
    }

    @Test
    void with_an_env_file_the_line_of_the_current_key_changes_and_nothing_else() throws IOException {
        Path env = shell.write(
                "app.env",
                "# keys\nexport CRYPTO_CURRENT_KEY_ID=first # the signer\nCRYPTO_KEYS_PATH=" + shell.store() + "\n");
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-r-----"));

        String second = Shell.run("", "rotate", "release", "--env-file", env.toString())
                .expect(ExitStatus.DONE)
                .line();

        assertThat(env)
                .content()
                .isEqualTo("# keys\nexport CRYPTO_CURRENT_KEY_ID=" + second + " # the signer\nCRYPTO_KEYS_PATH="
                        + shell.store() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(env)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void an_env_file_that_names_a_key_of_another_ring_is_left_alone() throws IOException {
        shell.chancery("generate", "ecdsa", "other").expect(ExitStatus.DONE);
        Path env = shell.write("app.env", "CRYPTO_CURRENT_KEY_ID=other\n");

        shell.chancery("rotate", "release", "--env-file", env).expect(ExitStatus.DONE);

        assertThat(env).content().isEqualTo("CRYPTO_CURRENT_KEY_ID=other\n");
    }

    /** A script that repeats what failed would make a key each time. */
    @Test
    void nothing_is_rotated_for_an_env_file_that_cannot_be_changed() throws IOException {
        String before = "NOTE=\"a quotation\nCRYPTO_CURRENT_KEY_ID=x\n\"\nCRYPTO_CURRENT_KEY_ID=first\n";
        Path env = shell.write("app.env", before);

        shell.chancery("rotate", "release", "--env-file", env)
                .expectError(ExitStatus.USAGE, "CRYPTO_CURRENT_KEY_ID", "by hand");

        assertThat(env).content().isEqualTo(before);
        assertThat(shell.chancery("sign", "--ring", "release", shell.file("contract"))
                        .line())
                .endsWith("by first");
    }

    @Test
    void an_env_file_beside_which_nothing_can_be_written_is_written_in_place() throws IOException {
        Path env = shell.write("e".repeat(250), "CRYPTO_CURRENT_KEY_ID=first\n"); // no room for a longer name beside it

        String second = shell.chancery("rotate", "release", "--env-file", env)
                .expect(ExitStatus.DONE)
                .line();

        assertThat(env).content().isEqualTo("CRYPTO_CURRENT_KEY_ID=" + second + "\n");
    }

    @Test
    void an_env_file_keeps_its_byte_order_mark() throws IOException {
        Path env = shell.write("app.env", "\uFEFFCRYPTO_CURRENT_KEY_ID=first\nA=1\n");

        String second = shell.chancery("rotate", "release", "--env-file", env)
                .expect(ExitStatus.DONE)
                .line();

        assertThat(env).content().isEqualTo("\uFEFFCRYPTO_CURRENT_KEY_ID=" + second + "\nA=1\n");
    }

    @Test
    void a_key_can_be_put_on_hold_resumed_retired_and_destroyed() {
        Path file = shell.file("contract");
        shell.chancery("sign", "--key", "first", file).expect(ExitStatus.DONE);

        shell.chancery("suspend", "first", "--reason", "the laptop is missing").expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "first", file).expectError(ExitStatus.FAILED, "SUSPENDED");
        shell.chancery("resume", "first", "--reason", "found again").expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "first", file).expect(ExitStatus.DONE);
        shell.chancery("deactivate", "first").expect(ExitStatus.DONE);
        shell.chancery("resume", "first").expectError(ExitStatus.FAILED, "DEACTIVATED", "ACTIVE");
        shell.chancery("destroy", "first", "--yes").expect(ExitStatus.DONE);

        assertThat(shell.store().resolve("private/first.pem")).doesNotExist();
        shell.chancery("verify", "--key", "first", "--signature", shell.file("contract.sig"), file)
                .expect(ExitStatus.DONE);
        assertThat(shell.chancery("show", "first").output())
                .anyMatch(line -> line.contains("ACTIVE → SUSPENDED: the laptop is missing"))
                .anyMatch(line -> line.contains("DEACTIVATED → DESTROYED"));
    }

    @Test
    void the_private_half_of_a_destroyed_key_that_is_there_again_is_pointed_out() throws IOException {
        byte[] copy = Files.readAllBytes(shell.file("keys/private/first.pem"));
        shell.chancery("suspend", "first").expect(ExitStatus.DONE);
        shell.chancery("destroy", "first", "--yes").expect(ExitStatus.DONE);
        shell.writeSecret("keys/private/first.pem", new String(copy, StandardCharsets.US_ASCII));

        assertThat(shell.chancery("list").output()).last().asString().contains("DESTROYED, private half left");
        assertThat(shell.chancery("show", "first").output())
                .contains("private half       still there: repeat `chancery destroy first`");
        assertThat(shell.chancery("list", "--json").line()).contains("\"leftOver\":true");
        assertThat(shell.chancery("inventory").expect(ExitStatus.DONE).errors())
                .contains("its private half is still there");

        shell.chancery("destroy", "first", "--yes").expect(ExitStatus.DONE);

        assertThat(shell.file("keys/private/first.pem")).doesNotExist();
        assertThat(shell.chancery("list").output()).last().asString().doesNotContain("left");
    }

    @Test
    void destroying_asks_for_the_id() {
        shell.chancery("deactivate", "first").expect(ExitStatus.DONE);

        shell.chanceryWithInput("second\n", "destroy", "first").expect(ExitStatus.USAGE);
        shell.chanceryWithInput("", "destroy", "first").expect(ExitStatus.USAGE);
        assertThat(shell.store().resolve("private/first.pem")).exists();

        shell.chanceryWithInput("first\n", "destroy", "first").expect(ExitStatus.DONE);
        assertThat(shell.store().resolve("private/first.pem")).doesNotExist();
    }

    @Test
    void a_compromise_is_one_call_that_says_what_is_left_to_do() {
        Path file = shell.file("contract");
        shell.chancery("sign", "--key", "first", file).expect(ExitStatus.DONE);

        Shell.Outcome report = shell.chancery("compromise", "first", "--reason", "found in a public repository")
                .expect(ExitStatus.DONE);

        assertThat(report.output())
                .anyMatch(line -> line.startsWith("done"))
                .noneMatch(line -> line.startsWith("FAILED"))
                .anyMatch(line -> line.startsWith("Current key: release-"))
                .anyMatch(line -> line.contains("audit log"));
        shell.chancery("sign", "--key", "first", file).expectError(ExitStatus.FAILED, "compromised");
        shell.chancery("sign", "--ring", "release", "--out", shell.file("new.sig"), file)
                .expect(ExitStatus.DONE);
        shell.chancery("verify", "--key", "first", "--signature", shell.file("contract.sig"), file)
                .expect(ExitStatus.NEGATIVE);
        assertThat(shell.chancery("compromise", "first", "--json").line())
                .contains("\"complete\":true", "\"compromisedSince\":\"UNKNOWN\"", "\"replacement\":\"release-");
        shell.chancery("compromise", "first", "--since", "yesterday").expectError(ExitStatus.USAGE, "--since");
        shell.chancery("compromise", "first", "--since", "2999-01-01T00:00:00Z")
                .expectError(ExitStatus.USAGE, "future");
    }
}
