package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs read: one spelling for each thing, in answers and in errors. */
class JsonAnswersTest {
    private Shell shell;

    @TempDir
    private Path directory;

    @BeforeEach
    void generate() {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "first", "--ring", "release").expect(ExitStatus.DONE);
    }

    @Test
    void a_ring_shows_its_keys_with_states_dates_and_generations_as_other_commands_do() {
        shell.chancery("rotate", "release").expect(ExitStatus.DONE);
        shell.chancery("deactivate", "first").expect(ExitStatus.DONE);

        Map<String, Object> ring =
                Json.of(shell.chancery("ring", "show", "release", "--json").raw());
        assertThat(ring).containsEntry("name", "release").containsKey("current");
        List<?> keys = (List<?>) ring.get("keys");
        assertThat(keys).hasSize(2);
        assertThat(keys.get(1))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("id", "first")
                .containsEntry("state", "DEACTIVATED")
                .containsEntry("generation", 1L)
                .containsKeys("created", "signFrom", "signUntil");
        assertThat(keys)
                .isEqualTo(Json.listOf(shell.chancery("list", "--json").raw()).stream()
                        .sorted((one, other) ->
                                ((Long) other.get("generation")).compareTo((Long) one.get("generation")))
                        .toList());
        assertThat(Json.listOf(shell.chancery("inventory", "--json").raw()))
                .anySatisfy(key -> assertThat(key).containsEntry("id", "first").containsEntry("state", "DEACTIVATED"));
    }

    @Test
    void a_signature_says_what_was_signed_and_where_it_is() throws IOException {
        Path file = shell.write("contract", "to be signed");
        assertThat(Json.of(
                        shell.chancery("sign", "--key", "first", "--json", file).raw()))
                .containsEntry("file", file.toString())
                .containsEntry("signatureFile", file + ".sig")
                .containsEntry("algorithm", "ECDSA_SHA256");
    }

    @Test
    void an_error_is_an_object_with_the_same_exit_status() {
        Shell.Outcome missing = shell.chancery("show", "absent", "--json").expect(ExitStatus.FAILED);
        assertThat(missing.output()).isEmpty();
        assertThat(Json.of(missing.errors()))
                .containsEntry("kind", "KeyNotFound")
                .containsEntry(
                        "advice", "`chancery list` shows the keys that are there, `chancery ring list` the rings.")
                .hasEntrySatisfying(
                        "error",
                        error -> assertThat(error.toString())
                                .startsWith("There is no key and no ring 'absent'")
                                .endsWith("."));
        assertThat(Json.of(shell.chancery("show", "--json")
                        .expect(ExitStatus.USAGE)
                        .errors()))
                .containsEntry("kind", "Usage")
                .containsEntry("advice", "See `chancery show --help`.");
        assertThat(Json.of(shell.chancery("sign", "--json", "--key", "first", "absent")
                        .expect(ExitStatus.FAILED)
                        .errors()))
                .containsEntry("kind", "File");
        assertThat(Json.of(shell.chancery("list", "--json", "--env-file", "absent")
                        .expect(ExitStatus.USAGE)
                        .errors()))
                .containsEntry("kind", "Configuration");
        shell.chancery("show", "--", "--json").expectError(ExitStatus.USAGE, "--json");
    }

    @Test
    void a_warning_is_an_object_too() {
        assertThat(Json.of(shell.chancery("list", "--json", "--as", "alice")
                        .expect(ExitStatus.DONE)
                        .errors()))
                .containsEntry("kind", "Warning")
                .hasEntrySatisfying("error", text -> assertThat(text.toString()).startsWith("--as is kept nowhere"));
    }
}
