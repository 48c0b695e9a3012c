package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that cannot be meant so: what they answer, on one store that none of them changes. */
@Tag("one-jdk")
class WrongCommandsTest {
    @TempDir
    static Path directory;

    private static Shell shell;
    private static Object keysBefore;

    @BeforeAll
    static void store() throws IOException {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "single").expect(ExitStatus.DONE);
        shell.write("message", "hello");
        shell.chancery("sign", "--key", "single", shell.file("message")).expect(ExitStatus.DONE);
        keysBefore = keys();
    }

    private static Object keys() {
        return Json.listOf(shell.chancery("list", "--json").raw());
    }

    @AfterEach
    void nothing_was_changed() {
        assertThat(keys()).isEqualTo(keysBefore);
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    private static String[] words(String line) {
        String there = directory.toString();
        return line.replace("$DIR", there).split(" ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "list --json",
                "show x",
                "public-key x",
                "sign --key x $DIR/message",
                "verify --key x --signature $DIR/message.sig $DIR/message",
                "ring list",
                "ring show x",
                "rotate x",
                "suspend x",
                "resume x",
                "deactivate x",
                "compromise x",
                "destroy x --yes",
                "inventory",
                "orphans",
                "trust x --fingerprint 00",
                "reencrypt x",
            })
    void a_directory_that_is_not_there_is_an_error_for_all_but_what_makes_its_first_key(String line) {
        Path nowhere = directory.resolve("nowhere");

        Shell.run("", words("--store " + nowhere + " " + line))
                .expectError(ExitStatus.USAGE, "There is no directory " + nowhere, "chancery generate");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            frobnicate                | 2 | `chancery` has no command 'frobnicate'
            ring sho x                | 2 | `chancery ring` has no command 'sho'; mean show
            list more                 | 2 | `chancery list` takes no further argument; 'more'
            list --jsn                | 2 | `chancery list` has no option '--jsn'
            sign --key single --ring x $DIR/message                 | 2 | --key=ID, --ring=RING are mutually exclusive
            sign --key single --algorithm RSA_PSS_SHA256 $DIR/message | 3 | Key single; EC_P256; ECDSA_SHA256
            sign --key single $DIR/nothing                          | 3 | There is no file; nothing
            sign $DIR/message         | 2 | --key
            verify --public-key $DIR/nothing --signature $DIR/message.sig $DIR/message | 3 | There is no file; nothing
            verify --public-key $DIR --signature $DIR/message.sig $DIR/message | 3 | it is a directory
            verify --bundle $DIR/message $DIR/message               | 3 | not JSON
            import other $DIR/message --in-passphrase-file $DIR/nothing | 2 | no passphrase file; nothing
            import other $DIR/message --in-passphrase-file $DIR/message | 3 | passphrase file cannot be used; chmod 600
            audit checkpoint $DIR/log --audit-key $DIR/nothing      | 2 | There is no audit key; nothing
            audit verify $DIR/log --anchor $DIR/nothing             | 2 | nothing
            destroy single --yes      | 3 | Key single; Deactivate it first
            rotate single             | 3 | `chancery ring adopt RING single`
            """)
    void what_is_wrong_is_said(String line, int status, String parts) {
        Shell.run("", words("--store " + shell.store() + " " + line)).expectError(status, parts.split("; "));
    }

    @Test
    void raw_bytes_go_to_a_terminal_only_by_force() {
        Object[] sign = {"sign", "--key", "single", "--out", "-", shell.file("message")};
        shell.shown(sign).expectError(ExitStatus.USAGE, "--out", "--force");
        assertThat(shell.shown("sign", "--force", "--key", "single", "--out", "-", shell.file("message"))
                        .expect(ExitStatus.DONE)
                        .raw())
                .startsWith("0");
        assertThat(shell.chancery(sign).expect(ExitStatus.DONE).raw()).startsWith("0");
        assertThat(shell.shown("sign", "--bundle", "--key", "single", "--out", "-", shell.file("message"))
                        .expect(ExitStatus.DONE)
                        .raw())
                .startsWith("{");
    }

    @Test
    void an_empty_name_and_a_tilde_are_no_store() {
        Shell.run("", "--store", "", "list").expectError(ExitStatus.USAGE, "--store is empty");
        Shell.run("", "--store", "~/keys", "list").expectError(ExitStatus.USAGE, "tilde", "'~/keys'");
        Shell.run("", "--store", "file:~/keys", "list").expectError(ExitStatus.USAGE, "tilde", "file:///absolute/path");
    }

    @Test
    void what_makes_the_first_key_makes_its_directory() throws IOException {
        Path fresh = directory.resolve("fresh");

        Shell.run("", "--store", fresh.toString(), "generate", "ed25519").expect(ExitStatus.DONE);

        assertThat(Files.isDirectory(fresh)).isTrue();
    }
}
