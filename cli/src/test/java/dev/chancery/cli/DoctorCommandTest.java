package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `doctor`: the guide's troubleshooting chapter and the README's exceptions, each case with what it leads to. */
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
                .contains(
                        "DOWN      key rsa-2024-01, state",
                        "  mend:     chancery --store " + shell.store() + " --env-file " + env + " list")
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
        assertThat(lines).contains("  mend:     " + ours("suspend other"), "DEGRADED  key sound, usable");
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
                        .containsEntry("mend", "chancery --store " + shell.store() + " destroy other")
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

    // --- the README's exceptions

    /** What doctor says of one finding: its evidence, and its mending command without the store's options. */
    private record Told(String evidence, String mend) {}

    private Told told(Shell.Outcome outcome, String headline) {
        List<String> lines = outcome.expect(ExitStatus.NEGATIVE).output();
        int at = lines.indexOf(headline);
        assertThat(at).as("%s%n%s", headline, String.join("\n", lines)).isNotNegative();
        List<String> rest = lines.subList(at + 1, lines.size());
        int end = 0;
        while (end < rest.size() && rest.get(end).startsWith("  ")) {
            end++;
        }
        return new Told(value("  evidence: ", rest.subList(0, end)), value("  mend:     ", rest.subList(0, end)));
    }

    private static String value(String name, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .findFirst()
                .orElse("");
    }

    private String ours(String command) {
        return "chancery --store " + shell.store() + " " + command;
    }

    @Test
    void a_name_that_no_key_can_have_is_a_wrong_configuration() throws IOException {
        Path env = shell.write("env", "CHANCERY_RING=No Ring\n");

        Told told = told(shell.chancery("--env-file", env, "doctor"), "DOWN      store, configuration");

        assertThat(told.evidence()).contains("No Ring");
        assertThat(told.mend()).isEqualTo("chancery --store " + shell.store() + " --env-file " + env + " list");
    }

    @Test
    void a_current_key_on_hold_is_resumed() {
        shell.chancery("generate", "ecdsa", "first", "--ring", "release").expect(ExitStatus.DONE);
        shell.chancery("suspend", "first").expect(ExitStatus.DONE);

        assertThat(told(shell.chancery("doctor"), "DOWN      ring release, current key")
                        .mend())
                .isEqualTo(ours("resume first"));
    }

    @Test
    void a_policy_that_forbids_the_current_key_is_shown() throws IOException {
        shell.chancery("generate", "ed25519", "first", "--ring", "release").expect(ExitStatus.DONE);
        Path env = shell.write("env", "CHANCERY_POLICY=webpki\n");

        Told told = told(shell.chancery("--env-file", env, "doctor"), "DOWN      ring release, current key");

        assertThat(told.evidence()).contains("webpki");
        assertThat(told.mend()).endsWith(" policy show");
    }

    @Test
    void a_passphrase_that_does_not_open_the_current_key_is_tried_again() throws IOException {
        Path right = shell.writeSecret("right", "correct horse\n");
        Path wrong = shell.writeSecret("wrong", "battery staple\n");
        shell.chancery("generate", "ecdsa", "first", "--ring", "release", "--passphrase-file", right)
                .expect(ExitStatus.DONE);

        Told told = told(shell.chancery("doctor", "--passphrase-file", wrong), "DOWN      key first, test signature");

        assertThat(told.evidence()).contains("passphrase does not open");
        assertThat(told.mend()).isEqualTo(ours("health --level sign --passphrase-file FILE"));
    }

    @Test
    void a_store_that_does_not_answer_is_asked_with_its_own_tool() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        String store = "awskms:///?region=eu-central-1&endpoint=http://127.0.0.1:" + closed + "&deadline=1";
        System.setProperty("aws.accessKeyId", "some");
        System.setProperty("aws.secretAccessKey", "secret");
        try {
            Told told = told(shell.chanceryElsewhere("--store", store, "doctor"), "DOWN      store, answer");

            assertThat(told.evidence()).contains("AWS did not answer");
            assertThat(told.mend())
                    .isEqualTo("aws kms list-aliases --endpoint-url http://127.0.0.1:" + closed
                            + " --region eu-central-1");
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void an_audit_log_that_cannot_be_written_is_verified() throws IOException {
        Path log = shell.write("log", "no directory");
        Path key = shell.makeAuditKey();

        Shell.Outcome outcome = shell.chancery("--audit", log, "--audit-key", key, "doctor");

        String place = "chancery --store " + shell.store() + " --audit " + log + " --audit-key " + key;
        assertThat(told(outcome, "DOWN      audit, record").mend()).isEqualTo(place + " audit verify " + log);
        assertThat(told(outcome, "DOWN      audit, log").mend()).isEqualTo("ls -la " + log);
    }

    @Test
    void a_damaged_key_is_looked_for_in_a_backup() throws IOException {
        Files.writeString(shell.store().resolve("other.json"), "{");

        Told told = told(shell.chancery("doctor"), "DEGRADED  key other, usable");

        assertThat(told.evidence()).contains("DAMAGED");
        assertThat(told.mend()).isEqualTo(ours("restore FILE --key other --dry-run"));
    }

    @Test
    void a_key_of_a_kind_that_is_not_supported_is_left_alone() throws IOException {
        shell.program("openssl", "ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", "k1.pem");
        Path half = shell.store().resolve("private/bitcoin.pem");
        Files.move(shell.file("k1.pem"), half);
        chmod(half, "rw-------");
        shell.program("openssl", "pkey", "-in", half, "-pubout", "-out", "keys/public/bitcoin.pub");

        Told told = told(shell.chancery("doctor"), "DEGRADED  key bitcoin, usable");

        assertThat(told.evidence()).contains("UNSUPPORTED");
        assertThat(told.mend()).isEmpty();
    }

    @Test
    void a_loose_key_that_is_cut_off_is_found_although_there_are_rings() throws IOException {
        shell.chancery("generate", "ecdsa", "--ring", "certs").expect(ExitStatus.DONE);
        shell.chancery("generate", "ecdsa", "loose").expect(ExitStatus.DONE);
        Path half = shell.store().resolve("private/loose.pem");
        Files.writeString(half, Files.readString(half).substring(0, 60));

        assertThat(shell.chancery("doctor").expect(ExitStatus.NEGATIVE).output())
                .anyMatch(line -> line.startsWith("DOWN") && line.contains("key loose, test signature"));
    }

    @Test
    void rings_that_are_gone_are_found_by_the_keys_that_say_they_are_of_them() throws IOException {
        shell.chancery("generate", "ecdsa", "--ring", "certs").expect(ExitStatus.DONE);
        shell.program("rm", "-r", shell.store().resolve("rings"));

        assertThat(shell.chancery("doctor").expect(ExitStatus.NEGATIVE).output())
                .anyMatch(line -> line.startsWith("DOWN") && line.contains("ring certs, current key"));
    }
}
