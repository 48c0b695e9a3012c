package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.internal.writing.KeyRotation;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.nio.file.Path;

/**
 * Replaces the audit key of a log. Each chain ends with a checkpoint by both keys, and the log's own says so in the last line under the
 * old one's seal; new chains begin with the new key. After a theft of the old key only the new one, an anchor or a witness decides
 * what is genuine: a verifier must be told the new key by another way.
 */
public final class AuditKeyRotation {
    private AuditKeyRotation() {}

    /**
     * Replaces the key. Repeating the call goes on where it was cut off.
     *
     * @param log the log's directory; no process may write to it
     * @param key the audit key that the log is kept with
     * @param successor the audit key that it is kept with from now on
     * @param options how to keep the log; its anchors are given the checkpoints by both keys
     * @throws AuditUnavailableException if a process writes to the log, or a file cannot be written
     * @throws IntegrityException if a chain has lost lines
     * @throws ConfigurationException if the log is not kept with that key, or there is none
     */
    public static void rotate(Path log, AuditSigner key, AuditSigner successor, AuditOptions options) {
        AuditCheckpoints.run(log, key, options, context -> KeyRotation.rotate(context, successor));
    }
}
