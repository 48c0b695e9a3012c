package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the audit log is frozen, every write to it hangs: a key is taken out of service all the same. Finding 7. */
@EnabledOnOs(OS.LINUX)
@Tag("one-jdk")
@Timeout(120)
class FrozenDiskTest {
    private static final Pattern TRYING = Pattern.compile("Process (\\d+) goes on trying");

    @TempDir
    private Path directory;

    @Test
    void compromise_has_said_so_and_ended_while_the_log_hangs_and_is_on_record_when_that_answers() throws Exception {
        Shell shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        Path auditKey = shell.makeAuditKey();
        Path library = shell.file("frozen.so");
        shell.program(
                "gcc",
                "-Wall",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                Path.of("src/test/c/frozen.c").toAbsolutePath().toString(),
                "-ldl");
        Path frozen = shell.write("frozen", "");
        Path log = shell.file("log");

        Process command = start(library, frozen, "--audit", log, "--audit-key", auditKey, "compromise", "mine");
        String output = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(command.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(command.waitFor()).as(errors).isEqualTo(ExitStatus.DONE);
        assertThat(output).contains("mine");
        assertThat(Json.of(shell.chancery("show", "mine", "--json").raw())).containsEntry("state", "COMPROMISED");
        Matcher trying = TRYING.matcher(errors);
        assertThat(trying.find()).as(errors).isTrue();
        ProcessHandle recorder =
                ProcessHandle.of(Long.parseLong(trying.group(1))).orElseThrow();

        Files.delete(frozen);
        recorder.onExit().get();

        assertThat(marks(log))
                .singleElement()
                .satisfies(record -> assertThat(record.fields())
                        .containsEntry("key_id", "mine")
                        .containsEntry("user_id", System.getProperty("user.name"))
                        .doesNotContainKey("unrecorded"));
    }

    private Process start(Path library, Path frozen, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Chancery.class.getName(),
                "--store",
                directory.resolve("keys").toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LD_PRELOAD", library.toString());
        builder.environment().put("CHANCERY_TEST_FROZEN", frozen.toString());
        return builder.start();
    }

    private static List<AuditRecord> marks(Path log) {
        try (var records = AuditReader.read(log)) {
            return records.map(StoredRecord::record)
                    .filter(record -> record.event() == AuditEvent.KEY_COMPROMISED)
                    .toList();
        }
    }
}
