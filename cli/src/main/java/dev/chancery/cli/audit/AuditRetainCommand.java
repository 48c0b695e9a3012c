package dev.chancery.cli.audit;

import dev.chancery.audit.AuditRetention;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Removes from an audit log what need not be kept any longer. */
final class AuditRetainCommand extends LogCommand {
    private final Argument<Instant> until = requiredInstant("--until", "The first moment to keep.");

    public AuditRetainCommand(GlobalOptions options) {
        super(options, "Removes whole segments that are older than a date, and leaves a chain that verifies.");
        example("chancery audit retain /var/log/chancery --until 2026-01-01");
    }

    @Override
    public Integer call() throws IOException {
        List<Path> removed = AuditRetention.remove(
                log(),
                until.given(),
                options().auditKey().existing(),
                LogOptions.of(options()).build());
        removed.forEach(segment -> terminal().line(Printable.line(segment.toString())));
        return ExitStatus.DONE;
    }
}
