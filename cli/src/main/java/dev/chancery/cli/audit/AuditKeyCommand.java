package dev.chancery.cli.audit;

import dev.chancery.cli.command.AuditKeyFile;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;

/** Shows what verifies a log's checkpoints. */
final class AuditKeyCommand extends Command {

    public AuditKeyCommand(GlobalOptions options) {
        super(options, "Prints the verification key of the audit key: what `audit verify --key` takes.");
        example("chancery audit key > audit.vkey");
    }

    @Override
    public boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() throws IOException {
        AuditKeyFile file = options().auditKey();
        terminal()
                .line(file.verificationKey()
                        .orElseThrow(() -> new ConfigurationException("There is no audit key " + file.path()
                                + " yet: the first command with --audit makes it. Or name another with --audit-key."))
                        .toString());
        return ExitStatus.DONE;
    }
}
