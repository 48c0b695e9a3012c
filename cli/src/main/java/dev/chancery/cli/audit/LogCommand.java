package dev.chancery.cli.audit;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import java.nio.file.Path;

/** A command about an audit log. It is not put on record: a log must be readable that cannot be written, or is damaged. */
abstract class LogCommand extends Command {
    private final Argument<String> log = parameter("DIR", "The directory of the audit log.");

    public LogCommand(GlobalOptions options, String description) {
        super(options, description);
    }

    final Path log() {
        return Path.of(log.given());
    }

    @Override
    public final boolean isAudited() {
        return false;
    }
}
