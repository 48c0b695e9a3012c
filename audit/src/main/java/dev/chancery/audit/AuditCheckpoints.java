package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.ChainSlot;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.sinks.SideSinks;
import dev.chancery.audit.internal.writing.Chain;
import dev.chancery.audit.internal.writing.OneAuditKey;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * States how far each chain of a log has come, also of those that no process writes any longer: a process that was killed has left
 * records that no checkpoint covers, and what no checkpoint covers can be cut off without a trace.
 */
public final class AuditCheckpoints {
    private AuditCheckpoints() {}

    /**
     * Makes a checkpoint of every chain that has records since its last one. Chains that are being written to are left to their
     * writers, who do so at least once in {@link AuditOptions#checkpointInterval()}.
     *
     * @param log the log's directory
     * @param signer the audit key
     * @param options how to keep the log; its anchors have been given what is new when this returns, unless five seconds were
     *     not enough for them, which is logged
     * @return the last checkpoint of each chain, new or not, by the number of the chain
     * @throws ConfigurationException if the directory holds no log, or one that is kept with another audit key
     * @throws IntegrityException if records of a chain that were acknowledged are missing
     * @throws AuditUnavailableException if a chain cannot be read or written
     */
    public static List<Checkpoint> make(Path log, AuditSigner signer, AuditOptions options) {
        CompletableFuture<List<Checkpoint>> made = new CompletableFuture<>();
        // A thread of its own: an interrupt of the caller's would close the locked file (FileChannel), and drop the
        // lock.
        Thread maker = new Thread(() -> make(log, signer, options, made), "chancery-audit-checkpoints");
        maker.setDaemon(true);
        maker.start();
        try {
            return made.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException unchecked ? unchecked : e;
        }
    }

    private static void make(
            Path log, AuditSigner signer, AuditOptions options, CompletableFuture<List<Checkpoint>> made) {
        try {
            OneAuditKey.require(log, signer.verificationKey());
            // Closed before the caller is answered, whose program may end then, and the anchors' thread with it.
            try (SideSinks sinks = SideSinks.ofAnchors(options).start()) {
                for (ChainDirectory chain : ChainDirectory.all(log)) {
                    make(chain, signer, options, sinks);
                }
            }
            made.complete(AuditReader.lastCheckpoints(log));
        } catch (IOException e) {
            made.completeExceptionally(new AuditUnavailableException(
                    "No checkpoint of the audit log in " + log + " could be made: " + e.getMessage()
                            + ". See to its directory and disk.",
                    e));
        } catch (RuntimeException | Error e) {
            made.completeExceptionally(e);
        }
    }

    private static void make(ChainDirectory directory, AuditSigner signer, AuditOptions options, SideSinks sinks)
            throws IOException {
        if (directory.segments().isEmpty()) {
            return;
        }
        Optional<ChainSlot> slot = ChainSlot.take(directory);
        if (slot.isPresent()) {
            try (ChainSlot held = slot.get();
                    Chain chain = Chain.open(held.chain(), LogFiles.DISK, options, signer, sinks::anchor)) {
                chain.checkpoint();
            }
        }
    }
}
