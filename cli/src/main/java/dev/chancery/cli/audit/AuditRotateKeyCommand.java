package dev.chancery.cli.audit;

import dev.chancery.audit.AuditKeyRotation;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;

/** Replaces the audit key of a log. */
final class AuditRotateKeyCommand extends LogCommand {
    private final Argument<String> successor =
            requiredOption("--to", "FILE", "The audit key that the log is kept with from now on.");
    private final Argument<Boolean> json = json();

    AuditRotateKeyCommand(GlobalOptions options) {
        super(options, "Replaces the audit key of a log that no process writes, and prints the new verification key.");
        example("chancery audit rotate-key /var/log/chancery --to audit-2027.pem");
        footer(
                "--audit-key is the key that the log is kept with. Hand the new verification key to those who verify the log, by another way than the log.");
    }

    @Override
    public Integer call() throws IOException {
        AuditSigner to = AuditSigner.ofFile(Path.of(successor.given()));
        AuditKeyRotation.rotate(
                log(),
                options().auditKey().existing(),
                to,
                LogOptions.of(options()).build());
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartObject();
                generator.writeStringField("key", to.verificationKey().toString());
                generator.writeEndObject();
            });
        } else {
            terminal().line(to.verificationKey().toString());
        }
        return ExitStatus.DONE;
    }
}
