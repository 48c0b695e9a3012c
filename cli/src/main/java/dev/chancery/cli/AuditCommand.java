package dev.chancery.cli;

/** Looks at audit logs. */
final class AuditCommand extends Command {

    AuditCommand(GlobalOptions options) {
        super(options, "Verifies and shows audit logs, which --audit and applications write.");
        subcommand("verify", new AuditVerifyCommand(options));
        subcommand("show", new AuditShowCommand(options));
        subcommand("stats", new AuditStatsCommand(options));
        subcommand("export", new AuditExportCommand(options));
        subcommand("retain", new AuditRetainCommand(options));
        subcommand("checkpoint", new AuditCheckpointCommand(options));
        subcommand("key", new AuditKeyCommand(options));
    }

    @Override
    boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() {
        throw misused("A word is needed: `audit verify DIR`, `audit show DIR`, `audit stats DIR`, `audit export DIR`, "
                + "`audit retain DIR`, `audit checkpoint DIR` or `audit key`.");
    }
}
