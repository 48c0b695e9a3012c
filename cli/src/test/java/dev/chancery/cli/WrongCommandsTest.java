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
            --store ~/keys list       | 2 | tilde; '~/keys'
            --store file:~/keys list  | 2 | tilde; file:///absolute/path
            """)
    void what_is_wrong_is_said(String line, int status, String parts) {
        Shell.run("", words(line)).expectError(status, parts.split("; "));
    }

    @Test
    void an_empty_name_is_no_store() {
        Shell.run("", "--store", "", "list").expectError(ExitStatus.USAGE, "--store is empty");
    }

    @Test
    void what_makes_the_first_key_makes_its_directory() throws IOException {
        Path fresh = directory.resolve("fresh");

        Shell.run("", "--store", fresh.toString(), "generate", "ed25519").expect(ExitStatus.DONE);

        assertThat(Files.isDirectory(fresh)).isTrue();
    }
}
