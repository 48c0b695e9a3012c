package dev.chancery.cli.audit;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;

/** Looks at audit logs. */
public final class AuditCommand extends Command {

    public AuditCommand(GlobalOptions options) {
        super(options, "Verifies and shows audit logs, which --audit and applications write.");
        subcommand("verify", new AuditVerifyCommand(options));
        subcommand("show", new AuditShowCommand(options));
        subcommand("stats", new AuditStatsCommand(options));
        subcommand("export", new AuditExportCommand(options));
        subcommand("retain", new AuditRetainCommand(options));
        subcommand("checkpoint", new AuditCheckpointCommand(options));
        subcommand("prove", new AuditProveCommand(options));
        subcommand("check", new AuditCheckCommand(options));
        subcommand("rotate-key", new AuditRotateKeyCommand(options));
        subcommand("impact", new AuditImpactCommand(options));
        subcommand("reconcile", new AuditReconcileCommand(options));
        subcommand("witness", new AuditWitnessCommand(options));
        subcommand("key", new AuditKeyCommand(options));
        subcommand("record", new AuditRecordCommand(options));
    }

    @Override
    public boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() {
        throw misused("A word is needed: `audit verify DIR`, `audit show DIR`, `audit stats DIR`, `audit export DIR`, "
                + "`audit retain DIR`, `audit checkpoint DIR`, `audit prove DIR CHAIN/RECORD`, `audit check RECEIPT`,"
                + " `audit impact DIR KEY-ID`, `audit reconcile DIR`, `audit rotate-key DIR`,"
                + " `audit witness DIR` or `audit key`.");
    }
}
