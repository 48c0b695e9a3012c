package dev.chancery.cli;

import java.nio.file.Path;

/** A command about an audit log. It is not put on record: a log must be readable that cannot be written, or is damaged. */
abstract class LogCommand extends Command {
    private final Argument<String> log = parameter("DIR", "The directory of the audit log.");

    LogCommand(GlobalOptions options, String description) {
        super(options, description);
    }

    final Path log() {
        return Path.of(log.given());
    }

    @Override
    final boolean isAudited() {
        return false;
    }
}
