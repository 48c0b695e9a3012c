package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `doctor`: the guide's troubleshooting chapter, each case with what it leads to. */
class DoctorCommandTest {
    @TempDir
    private Path directory;

    private Shell shell;
    private Path privateKey;
    private Path publicKey;

    @BeforeEach
    void makeKeys() {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "sound").expect(ExitStatus.DONE);
        shell.chancery("generate", "ecdsa", "other").expect(ExitStatus.DONE);
        privateKey = shell.store().resolve("private/other.pem");
        publicKey = shell.store().resolve("public/other.pub");
    }

    private Shell.Outcome fix() {
        return shell.chancery("doctor", "--fix").expect(ExitStatus.DONE);
    }

    private static void chmod(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void a_sound_store_has_nothing_wrong() {
        assertThat(shell.chancery("doctor").expect(ExitStatus.DONE).line()).isEqualTo("Nothing is wrong.");
    }

    @Test
    void a_directory_that_is_not_there_is_the_finding() {
        assertThat(shell.chanceryElsewhere("--store", directory.resolve("nowhere"), "doctor")
                        .expect(ExitStatus.FAILED)
                        .output())
                .anyMatch(line -> line.equals("DOWN      store, opening"))
                .anyMatch(line -> line.startsWith("  evidence: There is no directory "));
    }

    @Test
    void a_configured_key_that_is_not_there_leads_to_the_list() throws IOException {
        Path env = shell.write("env", "CRYPTO_CURRENT_KEY_ID=rsa-2024-01\n");

        assertThat(shell.chancery("--env-file", env, "doctor")
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .contains("DOWN      key rsa-2024-01, state", "  mend:     chancery list")
                .anyMatch(line -> line.startsWith("  cause: "));
    }

    @Test
    void a_mode_is_shown_and_mended() throws IOException {
        chmod(privateKey, "rw-rw-rw-");
        String command = "chmod 600 " + privateKey.toRealPath();
        assertThat(shell.chancery("doctor").expect(ExitStatus.NEGATIVE).output())
                .contains("DEGRADED  key other, usable", "  mend:     " + command);

        Shell.Outcome outcome = fix();

        assertThat(outcome.line()).isEqualTo("Nothing is wrong.");
        assertThat(outcome.errors()).contains("mending key other, usable: " + command);
        assertThat(Files.getPosixFilePermissions(privateKey)).hasSize(2);
    }

    @Test
    void a_store_that_others_can_write_opens_again() throws IOException {
        chmod(shell.store(), "rwxrwxrwx");
        shell.chancery("doctor").expect(ExitStatus.FAILED);

        assertThat(fix().errors()).contains("mending store, opening: chmod go-w ");
    }

    @Test
    void a_public_half_that_is_missing_is_derived_again() throws IOException {
        byte[] before = Files.readAllBytes(publicKey);
        Files.delete(publicKey);
        Files.delete(shell.store().resolve("other.json"));

        fix();

        assertThat(publicKey).hasBinaryContent(before);
    }

    @Test
    void halves_that_do_not_belong_together_come_first_and_are_left_to_a_person() throws IOException {
        shell.program(
                "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "new.pem");
        Files.write(privateKey, Files.readAllBytes(shell.file("new.pem")));
        chmod(shell.store().resolve("private/sound.pem"), "rw-r--r--");

        List<String> lines =
                shell.chancery("doctor").expect(ExitStatus.NEGATIVE).output();

        assertThat(lines.get(0)).isEqualTo("DOWN      key other, test signature");
        assertThat(lines).contains("DEGRADED  key sound, usable");
        assertThat(shell.chancery("doctor", "--fix").expect(ExitStatus.NEGATIVE).output())
                .first()
                .isEqualTo("DOWN      key other, test signature");
    }

    @Test
    void a_private_half_that_a_crash_left_of_a_destroyed_key_goes() throws IOException {
        byte[] half = Files.readAllBytes(privateKey);
        shell.chancery("deactivate", "other").expect(ExitStatus.DONE);
        shell.chancery("destroy", "other", "--yes").expect(ExitStatus.DONE);
        Files.write(privateKey, half);
        chmod(privateKey, "rw-------");
        List<Map<String, Object>> found = Json.listOf(
                shell.chancery("doctor", "--json").expect(ExitStatus.NEGATIVE).line());
        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding)
                        .containsEntry("check", "left-over private half")
                        .containsEntry("mend", "chancery destroy other")
                        .containsKey("cause"));

        fix();

        assertThat(privateKey).doesNotExist();
    }

    @Test
    void an_overlap_that_is_over_ends_and_makes_no_key() throws IOException {
        shell.chancery("generate", "ecdsa", "first", "--ring", "release").expect(ExitStatus.DONE);
        shell.chancery("rotate", "release").expect(ExitStatus.DONE);
        Path record = shell.store().resolve("first.json");
        Files.writeString(
                record,
                Files.readString(record)
                        .replaceAll("(?<from>\"signFrom\" *: *\")[^\"]*", "${from}2020-01-01T00:00:00Z")
                        .replaceAll("(?<until>\"signUntil\" *: *\")[^\"]*", "${until}2020-02-01T00:00:00Z"));

        fix();

        assertThat(shell.chancery("show", "first").expect(ExitStatus.DONE).raw())
                .contains("DEACTIVATED");
        assertThat(shell.chancery("ring", "show", "release").output()).hasSize(3);
    }
}
