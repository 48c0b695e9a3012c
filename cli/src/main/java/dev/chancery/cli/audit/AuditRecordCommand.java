package dev.chancery.cli.audit;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.CollectedRecords;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.cli.command.CommandAudit;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.cli.output.ExitStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Takes records that another command has collected to the log, for as long as that takes. */
final class AuditRecordCommand extends LogCommand {
    /** A disk that is frozen for longer is as good as gone; the next look at the key tells of the change then. */
    private static final Duration PATIENCE = Duration.ofDays(1);

    public AuditRecordCommand(GlobalOptions options) {
        super(options, "Writes records from standard input into an audit log, for commands that must not wait for it.");
        example("chancery audit record /var/log/chancery");
        spec().usageMessage().hidden(true);
    }

    @Override
    public Integer call() throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(terminal().in(), StandardCharsets.US_ASCII));
        AuditOptions.Builder patient =
                LogOptions.of(options()).queue(1, PATIENCE).openingPatience(PATIENCE);
        try (AuditLog log = CommandAudit.openLog(log(), options(), patient)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.append(CollectedRecords.parse(line));
            }
        }
        return ExitStatus.DONE;
    }
}
