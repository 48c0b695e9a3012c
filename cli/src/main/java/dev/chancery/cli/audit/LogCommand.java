package dev.chancery.cli.audit;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogVerification;
import dev.chancery.cli.input.Argument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A command about an audit log. It is not put on record: a log must be readable that cannot be written, or is damaged. */
abstract class LogCommand extends Command {
    private final Argument<String> log = parameter("DIR", "The directory of the audit log.");

    public LogCommand(GlobalOptions options, String description) {
        super(options, description);
    }

    final Path log() {
        return Path.of(log.given());
    }

    /**
     * What vouches for the log's records, by the audit key where it is here: each line, not only those that a checkpoint covers.
     *
     * @param key the verification key, where the command names one; then the audit key is not used
     */
    final AuditReport verify(Optional<VerificationKey> key, List<Checkpoint> anchors) throws IOException {
        return LogVerification.of(log(), key, anchors, options());
    }

    /** The log's records, each with what vouches for it. */
    final Stream<StoredRecord> records() throws IOException {
        AuditReport report = verify(Optional.empty(), List.of());
        return AuditReader.read(log()).map(report::label);
    }

    @Override
    public final boolean isAudited() {
        return false;
    }
}
