package dev.chancery.cli.audit;

import dev.chancery.audit.AuditRetention;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Removes from an audit log what need not be kept any longer. */
final class AuditRetainCommand extends LogCommand {
    private final Argument<String> until =
            requiredOption("--until", "DATE", "The first day (UTC) or instant to keep: 2026-01-01.");

    public AuditRetainCommand(GlobalOptions options) {
        super(options, "Removes whole segments that are older than a date, and leaves a chain that verifies.");
    }

    @Override
    public Integer call() throws IOException {
        Instant first = parse(until.given());
        List<Path> removed = AuditRetention.remove(
                log(),
                first,
                options().auditKey().existing(),
                LogOptions.of(options()).build());
        removed.forEach(segment -> terminal().line(Printable.line(segment.toString())));
        return ExitStatus.DONE;
    }

    private static Instant parse(String text) {
        try {
            return text.length() == "2026-01-01".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ConfigurationException("--until is a date, 2026-01-01, or an instant, 2026-01-01T00:00:00Z.", e);
        }
    }
}
