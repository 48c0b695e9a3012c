package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.sinks.SideSinks;
import dev.chancery.audit.internal.writing.ChainCheckpoints;
import dev.chancery.audit.internal.writing.LogContext;
import dev.chancery.audit.internal.writing.OwnChain;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
     * @return the last checkpoint of each chain, new or not, by the number of the chain: first that of the log's own, which has
     *     the heads of the others
     * @throws ConfigurationException if the directory holds no log, or one that is kept with another audit key
     * @throws IntegrityException if records of a chain that were acknowledged are missing
     * @throws AuditUnavailableException if a chain cannot be read or written
     */
    public static List<Checkpoint> make(Path log, AuditSigner signer, AuditOptions options) {
        run(log, signer, options, ChainCheckpoints::make);
        return AuditReader.lastCheckpoints(log);
    }

    /** Writes records into the log's own chain, and covers them with a checkpoint. */
    static void record(Path log, AuditSigner signer, AuditOptions options, List<AuditRecord> records) {
        run(log, signer, options, context -> {
            try (OwnChain own = OwnChain.open(context)) {
                own.restateMarks();
                own.addHeads();
                own.append(records);
                if (!own.isCovered()) {
                    throw new AuditUnavailableException(
                            "No checkpoint could be made of what the audit log in " + log
                                    + " was told. See to the audit key and the disk.",
                            null);
                }
            }
        });
    }

    /**
     * Keeps a checkpoint of the log's own chain that witnesses have cosigned.
     *
     * @param log the log's directory
     * @param signer the audit key
     * @param options how to keep the log; its anchors are given the checkpoint
     * @param cosigned the checkpoint
     * @throws AuditUnavailableException if it cannot be written
     */
    public static void keep(Path log, AuditSigner signer, AuditOptions options, Checkpoint cosigned) {
        run(log, signer, options, context -> {
            try (OwnChain own = OwnChain.open(context)) {
                own.keep(cosigned);
            }
        });
    }

    /** Something that is done to a log's files. */
    interface Work {
        void on(LogContext context) throws IOException;
    }

    /** On a thread of its own: an interrupt of the caller's would close the locked file (FileChannel), and drop the lock. */
    static void run(Path log, AuditSigner signer, AuditOptions options, Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread worker = new Thread(() -> run(log, signer, options, work, done), "chancery-audit-checkpoints");
        worker.setDaemon(true);
        worker.start();
        try {
            done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException unchecked ? unchecked : e;
        }
    }

    private static void run(
            Path log, AuditSigner signer, AuditOptions options, Work work, CompletableFuture<Void> done) {
        try {
            ChainDirectory.all(log); // a directory without a log stays empty
            // Closed before the caller is answered, whose program may end then, and the anchors' thread with it.
            try (SideSinks sinks = SideSinks.ofAnchors(options).start()) {
                work.on(new LogContext(log, LogFiles.DISK, options, signer, sinks::anchor, record -> {}));
            }
            done.complete(null);
        } catch (IOException e) {
            done.completeExceptionally(new AuditUnavailableException(
                    "The audit log in " + log + " could not be written: " + e.getMessage()
                            + ". See to its directory and disk.",
                    e));
        } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
        }
    }
}
