package dev.chancery.cli.audit;

import dev.chancery.audit.AuditCheckpoints;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Hands out what proves later that a log's end was not cut off. */
final class AuditCheckpointCommand extends LogCommand {

    public AuditCheckpointCommand(GlobalOptions options) {
        super(options, "Makes a checkpoint of every chain and prints the last ones, to be kept elsewhere.");
        example("chancery audit checkpoint /var/log/chancery >> anchors");
        footer("`audit verify --anchor` takes what was kept; several may stand one after the other.");
    }

    @Override
    public Integer call() throws IOException {
        for (Checkpoint checkpoint : AuditCheckpoints.make(
                log(), options().auditKey().existing(), LogOptions.of(options()).build())) {
            // Byte for byte: a signature covers it.
            terminal().out().writeBytes((checkpoint.note() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return ExitStatus.DONE;
    }
}
