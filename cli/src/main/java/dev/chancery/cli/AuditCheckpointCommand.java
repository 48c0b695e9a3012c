package dev.chancery.cli;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditReader;
import dev.chancery.audit.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Hands out what proves later that a log's end was not cut off. */
final class AuditCheckpointCommand extends LogCommand {

    AuditCheckpointCommand(Chancery chancery) {
        super(chancery, "Makes a checkpoint and prints the last one of every chain, to be kept elsewhere.");
        footer("`audit verify --anchor` takes what was kept; several may stand one after the other.");
    }

    @Override
    public Integer call() throws IOException {
        Path log = log();
        AuditReader.lastCheckpoints(log); // a log that is not there is not begun by this
        try (AuditLog open = AuditLog.open(log, chancery().auditKey().signer(terminal()))) {
            open.checkpoint();
        }
        for (Checkpoint checkpoint : AuditReader.lastCheckpoints(log)) {
            // Byte for byte: a signature covers it.
            terminal().out().writeBytes((checkpoint.note() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return ExitStatus.DONE;
    }
}
