package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

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

    /** The same with another audit key. */
    LogContext with(AuditSigner successor) {
        return new LogContext(log, files, options, successor, anchors, news);
    }

    /** How far a chain is known to have come, by what has left the log; 0 if nothing says. */
    long known(Predicate<Origin> chain) {
        return options.known().stream()
                .filter(checkpoint -> chain.test(checkpoint.origin()))
                .sorted(Comparator.comparing(Checkpoint::size)
                        .reversed()) // so that one signature is checked, as a rule
                .filter(checkpoint -> checkpoint.isSignedBy(signer.verificationKey()))
                .findFirst()
                .map(Checkpoint::size)
                .orElse(0L);
    }

    /** Whether a chain was kept with another audit key than this, which has ended it. */
    boolean isOfFormerKey(ChainDirectory chain) throws IOException {
        List<Path> segments = chain.segments();
        return !segments.isEmpty()
                && SegmentStart.of(segments.get(segments.size() - 1), chain.number())
                        .filter(start -> !start.auditKey()
                                .equals(signer.verificationKey().toString()))
                        .isPresent();
    }

    /** Whether a checkpoint in a chain's directory is one that this log's audit key made of a chain in that slot. */
    boolean believes(Checkpoint checkpoint, String id, int slot) {
        Origin origin = checkpoint.origin();
        return origin.log().equals(id) && origin.slot() == slot && checkpoint.isSignedBy(signer.verificationKey());
    }
}
