package dev.chancery.cli;

/** Looks at audit logs. */
final class AuditCommand extends Command {

    AuditCommand(Chancery chancery) {
        super(chancery, "Verifies and shows audit logs, which --audit and applications write.");
        subcommand("verify", new AuditVerifyCommand(chancery));
        subcommand("show", new AuditShowCommand(chancery));
        subcommand("stats", new AuditStatsCommand(chancery));
        subcommand("export", new AuditExportCommand(chancery));
        subcommand("retain", new AuditRetainCommand(chancery));
        subcommand("checkpoint", new AuditCheckpointCommand(chancery));
        subcommand("key", new AuditKeyCommand(chancery));
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
