package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditRecord;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What all chains of a log are kept with.
 *
 * @param log the log's directory
 * @param files the disk
 * @param options how to keep the log
 * @param signer the audit key
 * @param anchors is given each checkpoint
 * @param news is told of what the log writes of itself
 */
public record LogContext(
        Path log,
        LogFiles files,
        AuditOptions options,
        AuditSigner signer,
        Consumer<Checkpoint> anchors,
        Consumer<AuditRecord> news) {

    /** Whether a checkpoint in a chain's directory is one that this log's audit key made of a chain in that slot. */
    boolean believes(Checkpoint checkpoint, String id, int slot) {
        Origin origin = checkpoint.origin();
        return origin.log().equals(id) && origin.slot() == slot && checkpoint.isSignedBy(signer.verificationKey());
    }
}
