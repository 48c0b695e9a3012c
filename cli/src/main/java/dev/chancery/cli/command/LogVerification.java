package dev.chancery.cli.command;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.cli.output.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What vouches for a log's records, by the audit key where it is here: each line, not only those that a checkpoint covers. */
public final class LogVerification {
    private LogVerification() {}

    /**
     * Verifies a log.
     *
     * @param key the verification key, where the command names one; then the audit key is not used
     */
    public static AuditReport of(
            Path log, Optional<VerificationKey> key, List<Checkpoint> anchors, GlobalOptions options)
            throws IOException {
        Optional<AuditSigner> signer =
                key.isPresent() ? Optional.empty() : options.auditKey().signerIfThere();
        return Progress.during(
                "Verifying " + log,
                options.terminal(),
                () -> signer.isPresent()
                        ? AuditVerifier.verify(log, signer.get(), anchors)
                        : AuditVerifier.verify(log, key, anchors));
    }
}
