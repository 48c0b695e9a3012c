package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryAndPolicyCommandsTest {

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void store() {
        shell = new Shell(directory);
    }

    @Test
    void the_csv_begins_with_the_five_columns_of_the_guide() {
        shell.chancery("generate", "ecdsa", "first", "--ring", "release").expect(ExitStatus.DONE);
        String second = shell.chancery("rotate", "release").line();
        shell.chancery("deactivate", "first").expect(ExitStatus.DONE);
        String today = LocalDate.now(ZoneOffset.UTC).toString();

        assertThat(shell.chancery("inventory", "--csv").expect(ExitStatus.DONE).output())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("key_id,algorithm,size,created,state,"))
                .anyMatch(line -> line.startsWith("first,EC,256," + today + ",archived,release,1,"))
                .anyMatch(line -> line.startsWith(second + ",EC,256," + today + ",active,release,2,"));
        assertThat(shell.chancery("inventory").output()).hasSize(3);
        assertThat(shell.chancery("inventory", "--json").line())
                .startsWith("[{\"id\":\"first\",")
                .contains("\"state\":\"DEACTIVATED\"", "\"state\":\"ACTIVE\"");
        shell.chancery("inventory", "--csv", "--json").expectError(ExitStatus.USAGE);
    }

    @Test
    void a_printed_policy_is_a_policy_file_and_its_refusal_names_the_rule() throws IOException {
        String webpki = shell.chancery("policy", "show", "webpki")
                .expect(ExitStatus.DONE)
                .raw();
        Path file = shell.write("policy.properties", webpki);
        assertThat(shell.chancery("policy", "show", file)
                        .expect(ExitStatus.DONE)
                        .raw())
                .isEqualTo(webpki);

        Path env = shell.write("app.env", "CHANCERY_POLICY=" + file + "\n");
        assertThat(shell.chancery("--env-file", env, "policy", "show").raw()).isEqualTo(webpki);
        shell.chancery("--env-file", env, "generate", "ed25519")
                .expectError(ExitStatus.FAILED, "webpki", "algorithms", "Baseline Requirements");
        assertThat(shell.store()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"based-on = default\nmax-signatrues = 5\n", "name = empty\n", "based-on = nobody\n"})
    void a_policy_file_that_is_not_understood_is_an_error(String text) throws IOException {
        Path file = shell.write("policy.properties", text);

        shell.chancery("policy", "show", file).expectError(ExitStatus.USAGE, "policy.properties");
        shell.chancery("policy").expectError(ExitStatus.USAGE, "policy show");
    }
}
