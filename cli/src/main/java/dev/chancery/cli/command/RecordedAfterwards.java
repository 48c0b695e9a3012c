package dev.chancery.cli.command;

import dev.chancery.KeyStore;
import dev.chancery.audit.CollectedRecords;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.caller.Caller;
import dev.chancery.cli.output.Terminal;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Puts a command on record that takes a key out of service: afterwards, when it is done and has said so, and in a process of its own.
 * A disk that hangs keeps every process that waits for it alive until it answers, and so holds up a caller that waits for such a process.
 */
public final class RecordedAfterwards implements OnRecord {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int LONGEST_MESSAGE = 4_096;

    private final Terminal terminal;
    private final Path log;
    private final AuditKeyFile key;
    private final CollectedRecords records = new CollectedRecords();
    private final Caller.Scope scope;

    /** Begins with the command itself, and why it is given. */
    public RecordedAfterwards(
            Terminal terminal, Path log, AuditKeyFile key, Caller caller, String command, Optional<String> reason) {
        this.terminal = terminal;
        this.log = log;
        this.key = key;
        records.add(CommandAudit.commandGiven(command, reason, caller));
        this.scope = caller.enter();
    }

    @Override
    public KeyStore wrap(KeyStore store) {
        return records.collect(store);
    }

    @Override
    public void append(AuditRecord record) {
        records.add(record);
    }

    @Override
    public void close() {
        scope.close();
        terminal.out().flush();
        try {
            Process process = new ProcessBuilder(command())
                    .redirectOutput(Redirect.DISCARD) // a reader of this command's output must not wait for it
                    .start();
            try (OutputStream input = process.getOutputStream()) {
                input.write(records.lines().getBytes(StandardCharsets.US_ASCII));
            }
            report(process);
        } catch (IOException e) {
            warn(String.valueOf(e.getMessage()));
        }
    }

    private void report(Process process) throws IOException {
        if (!isDone(process)) {
            terminal.error("warning: This is done, and not on record yet: the audit log in " + log
                    + " does not answer. Process " + process.pid() + " goes on trying.");
            return;
        }
        String said = new String(process.getErrorStream().readNBytes(LONGEST_MESSAGE), StandardCharsets.UTF_8).strip();
        if (process.exitValue() != 0) {
            warn(Printable.of(said, LONGEST_MESSAGE));
        } else if (!said.isEmpty()) {
            terminal.err().println(said);
        }
    }

    private static boolean isDone(Process process) {
        try {
            Deadline.in(PATIENCE).await(process.onExit());
        } catch (ExecutionException e) {
            throw new IllegalStateException("A process ends without an exception.", e);
        }
        return !process.isAlive();
    }

    private void warn(String why) {
        terminal.error("warning: This is done although it may not be on record: " + why);
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.chancery.cli.Chancery",
                "audit",
                "record",
                log.toString()));
        if (key.named()) {
            command.addAll(List.of("--audit-key", key.path().toString()));
        }
        return command;
    }
}
