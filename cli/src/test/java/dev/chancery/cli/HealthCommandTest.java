package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

/** `health`, as a person, a script and Prometheus see it. */
class HealthCommandTest {
    @TempDir
    private Path directory;

    private Shell shell;

    @BeforeEach
    void makeARing() {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "--ring", "release").expect(ExitStatus.DONE);
    }

    private Path audited() throws IOException {
        shell.makeAuditKey();
        return shell.file("log");
    }

    private Shell.Outcome health(Path log, Object... arguments) {
        Object[] all = new Object[arguments.length + 5];
        System.arraycopy(new Object[] {"--audit", log, "--audit-key", shell.file("audit.pem"), "health"}, 0, all, 0, 5);
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        return shell.chancery(all);
    }

    private static void assertOneLine(Shell.Outcome outcome, String... parts) {
        assertThat(outcome.output())
                .filteredOn(line -> List.of(parts).stream().allMatch(line::contains))
                .as("%s", outcome.output())
                .hasSize(1);
    }

    @Test
    void a_sound_store_is_up_at_each_level() {
        for (String level : List.of("config", "read", "sign")) {
            Shell.Outcome outcome = shell.chancery("health", "--level", level).expect(ExitStatus.DONE);
            assertThat(outcome.output().get(0))
                    .startsWith("UP ")
                    .contains(shell.store().toString());
        }
        assertOneLine(shell.chancery("health"), "UP", "ring release", "current key", "may sign, generation 1");
    }

    @Test
    void what_is_wrong_has_the_command_that_mends_it_and_status_1() throws IOException {
        Path key;
        try (var files = Files.list(shell.store().resolve("private"))) {
            key = files.findFirst().orElseThrow();
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        Shell.Outcome outcome = shell.chancery("health").expect(ExitStatus.NEGATIVE);

        assertThat(outcome.output().get(0)).startsWith("DOWN");
        assertThat(outcome.output()).contains("          mend: chmod 600 " + key.toRealPath());
        shell.program("chmod", "600", key);
        shell.chancery("health").expect(ExitStatus.DONE);
    }

    @Test
    void a_store_that_cannot_be_asked_is_status_3() {
        shell.chanceryElsewhere("--store", directory.resolve("nowhere"), "health")
                .expectError(ExitStatus.FAILED, "There is no directory");
        shell.chancery("health", "--every", "5").expectError(ExitStatus.USAGE, "--watch");
        shell.chancery("health", "--max-age", "soon").expectError(ExitStatus.USAGE, "P1D");
        shell.chancery("health", "--max-age", "-P1D").expectError(ExitStatus.USAGE, "may be old");
    }

    @Test
    void json_has_every_finding_and_the_worst_of_each_subject() {
        Map<String, Object> report = Json.of(
                shell.chancery("health", "--json").expect(ExitStatus.DONE).line());

        assertThat(report).containsEntry("status", "UP").containsEntry("level", "read");
        assertThat((List<?>) report.get("subjects")).hasSize(2);
        assertThat((List<?>) report.get("findings")).hasSizeGreaterThan(5);
    }

    @Test
    void prometheus_gets_gauges_with_a_value_for_each_series() {
        Shell.Outcome outcome = shell.chancery("health", "--prometheus").expect(ExitStatus.DONE);

        assertThat(outcome.output())
                .allMatch(line -> line.matches(
                        "# (HELP|TYPE) chancery_health\\w* .+|chancery_health\\w*\\{(\\w+=\"[^\"]*\",?)+} \\d+"))
                .anyMatch(line -> line.contains("kind=\"ring\",name=\"release\"} 2"))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_store_that_cannot_be_opened_is_no_series_that_ends_but_a_zero() {
        Shell.Outcome outcome = Shell.run("", "--store", "/nowhere/keys", "health", "--prometheus");

        assertThat(outcome.expect(ExitStatus.FAILED).output()).contains("chancery_health{store=\"/nowhere/keys\"} 0");
    }

    @Test
    void a_deep_look_is_on_record_as_a_self_test_and_reads_the_log() throws IOException {
        Path log = audited();
        shell.chancery("--audit", log, "--audit-key", shell.file("audit.pem"), "rotate", "release")
                .expect(ExitStatus.DONE);

        shell.chancery("generate", "ecdsa", "unrecorded").expect(ExitStatus.DONE);

        Shell.Outcome outcome = health(log, "--level", "sign");

        assertOneLine(outcome, "UP", "audit, log:");
        assertOneLine(outcome, "UP", "audit, chains:", "chain 1 up to");
        assertThat(outcome.expect(ExitStatus.NEGATIVE).output())
                .anyMatch(line -> line.startsWith("DEGRADED  audit, reconciliation:")
                        && line.contains("The log knows nothing of this key"));
        assertThat(shell.chancery("audit", "show", log).expect(ExitStatus.DONE).raw())
                .contains("SELF_TEST", "health");
    }

    @Test
    void a_log_that_was_changed_is_down() throws IOException {
        Path log = audited();
        health(log).expect(ExitStatus.DONE);
        Path segment = log.resolve("chains/1/000001.jsonl");
        String text = Files.readString(segment);
        Files.writeString(segment, text.replaceFirst("\"operation\":\"health\"", "\"operation\":\"wealth\""));

        Shell.Outcome outcome = health(log, "--level", "sign").expect(ExitStatus.NEGATIVE);

        assertThat(outcome.output()).anyMatch(line -> line.startsWith("DOWN") && line.contains("audit, chains"));
    }

    @Test
    void a_log_that_cannot_be_opened_is_down_and_the_store_is_looked_at_all_the_same() throws IOException {
        Path log = audited();
        Files.writeString(log, "no directory");

        Shell.Outcome outcome = health(log, "--level", "sign").expect(ExitStatus.NEGATIVE);

        assertOneLine(outcome, "DOWN", "audit, record:");
        assertOneLine(outcome, "UP", "ring release, current key:");
        assertThat(outcome.output()).noneMatch(line -> line.contains("test signature"));
    }

    @Test
    void an_anchor_is_looked_at() throws IOException {
        Path log = audited();
        Path env = shell.write("env", "CHANCERY_ANCHOR=" + shell.file("anchor") + "\n");
        health(log, "--env-file", env);

        assertOneLine(health(log, "--env-file", env).expect(ExitStatus.DONE), "UP", "audit, anchor:");
    }

    @Test
    void a_backup_and_a_drill_may_be_as_old_as_is_said() throws IOException {
        Path log = audited();
        health(log).expect(ExitStatus.DONE);
        assertOneLine(health(log, "--max-age", "PT0.001S").expect(ExitStatus.NEGATIVE), "DEGRADED", "audit, backup:");

        Path passphrase = shell.writeSecret("passphrase", "correct horse\n");
        Path archive = shell.file("archive.gpg");
        for (Object[] words : List.of(new Object[] {"backup", "--out", archive}, new Object[] {"drill", archive})) {
            shell.chancery(Shell.join(
                            words,
                            "--passphrase-file",
                            passphrase,
                            "--audit",
                            log,
                            "--audit-key",
                            shell.file("audit.pem")))
                    .expect(ExitStatus.DONE);
        }
        Shell.Outcome outcome = health(log, "--max-age", "PT1H").expect(ExitStatus.DONE);
        assertOneLine(outcome, "UP", "audit, backup: The last one on record is of");
        assertOneLine(outcome, "UP", "audit, drill: The last one on record is of");
    }

    @Test
    void a_watch_prints_what_has_changed_until_it_is_interrupted() throws Exception {
        CountDownLatch printed = new CountDownLatch(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputStream telling = new OutputStream() {
            @Override
            public void write(int b) {
                out.write(b);
                if (b == '\n') {
                    printed.countDown();
                }
            }
        };
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(telling, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Ansi.OFF,
                false);
        FutureTask<Integer> watch = new FutureTask<>(() -> Chancery.run(
                terminal, "--store", shell.store().toString(), "health", "--json", "--watch", "--every", "3600"));
        Thread thread = new Thread(watch, "watch");
        thread.start();
        printed.await();
        thread.interrupt();

        assertThat(watch.get()).isEqualTo(ExitStatus.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    }
}
