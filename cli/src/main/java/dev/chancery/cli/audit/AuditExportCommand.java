package dev.chancery.cli.audit;

import dev.chancery.audit.export.ExportFormat;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.util.stream.Stream;

/** Hands the records of an audit log to other programs. */
final class AuditExportCommand extends LogCommand {
    private final Argument<ExportFormat> format =
            option("--format", "FORMAT", ExportFormat.class, "ocsf, cloudevents or csv.");

    public AuditExportCommand(GlobalOptions options) {
        super(options, "Prints the records of an audit log, oldest first, in a form that other programs take.");
        example("chancery audit export /var/log/chancery --format ocsf");
    }

    @Override
    public Integer call() throws IOException {
        ExportFormat form = format.value().orElseThrow(() -> misused("--format is ocsf, cloudevents or csv."));
        try (Stream<StoredRecord> records = records()) {
            form.write(
                    records,
                    log().toAbsolutePath().normalize().toUri().toString(),
                    terminal().out());
        }
        return ExitStatus.DONE;
    }
}
