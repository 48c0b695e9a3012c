package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes what a retention policy no longer wants, without breaking a chain: whole segments, the oldest first and never a
 * chain's last, after the log's own chain says which and a checkpoint covers the line that does. Nothing of the log's own chain goes.
 * The first segment that remains has the edge of the tree over what went, so that each remaining line can be proven.
 */
public final class AuditRetention {
    private AuditRetention() {}

    /**
     * What goes of one chain.
     *
     * @param start the first segment that remains
     */
    private record Old(SegmentStart start, List<Path> segments) {}

    /**
     * Removes segments all of whose records are older than an instant.
     *
     * @param log the log's directory
     * @param until records from this instant on stay
     * @param signer the audit key; the log is opened to be told of the removal
     * @param options how to open it
     * @return the files that were removed, segments only
     * @throws ConfigurationException if the instant is in the future, or the directory holds no log
     * @throws IntegrityException if the log is not intact: nothing is removed from it
     * @throws AuditUnavailableException if the log cannot be told of it: nothing is removed then
     * @throws UncheckedIOException if a file cannot be read or removed; repeating the call goes on
     */
    public static List<Path> remove(Path log, Instant until, AuditSigner signer, AuditOptions options) {
        Instant now = options.clock().instant();
        if (until.isAfter(now)) {
            throw new ConfigurationException("Nothing can be kept from " + until
                    + " on: that is in the future. Give the first instant to keep.");
        }
        AuditReport report = AuditVerifier.verify(log, signer, List.of());
        if (!report.isIntact()) {
            throw new IntegrityException("Nothing is removed from the audit log in " + log + ", which is not intact: "
                    + report.problems().get(0));
        }
        try {
            List<Old> old = new ArrayList<>();
            for (ChainDirectory chain : ChainDirectory.all(log)) {
                if (chain.number() != ChainDirectory.OWN) {
                    find(chain, until).ifPresent(old::add);
                }
            }
            if (!old.isEmpty()) {
                record(old, log, until, signer, options);
            }
            return remove(old);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last segment stays at any age: it says how far the chain has come. */
    private static Optional<Old> find(ChainDirectory chain, Instant until) throws IOException {
        List<Path> segments = chain.segments();
        int going = 0;
        while (going < segments.size() - 1 && isOlder(segments.get(going), chain, until)) {
            going++;
        }
        List<Path> old = segments.subList(0, going);
        return old.isEmpty()
                ? Optional.empty()
                : SegmentStart.of(segments.get(going), chain.number()).map(start -> new Old(start, old));
    }

    private static boolean isOlder(Path segment, ChainDirectory chain, Instant until) throws IOException {
        try (LineReader lines = new LineReader(segment)) {
            while (lines.next()) {
                AuditRecord record = lines.record(chain.number()).record();
                boolean counts =
                        record.event() != AuditEvent.SEGMENT_CLOSED; // the first of the next day may close this one
                if (counts && !record.timestamp().isBefore(until)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static void record(List<Old> old, Path log, Instant until, AuditSigner signer, AuditOptions options) {
        List<AuditRecord> removals = new ArrayList<>();
        for (Old one : old) {
            removals.add(AuditRecord.builder(options.clock().instant(), AuditEvent.SEGMENTS_REMOVED)
                    .text("origin", one.start().origin().toString())
                    .number("segments", one.segments().size())
                    .number("records", one.start().number() - 1)
                    .text("root", Hashes.hex(one.start().edge().orElseThrow().root()))
                    .text("until", until.toString())
                    .build());
        }
        AuditCheckpoints.record(log, signer, options, removals);
    }

    private static List<Path> remove(List<Old> old) throws IOException {
        List<Path> removed = new ArrayList<>();
        for (Old one : old) {
            for (Path segment : one.segments()) {
                for (Path beside : ChainDirectory.filesBeside(segment)) {
                    Files.delete(beside);
                }
                Files.delete(segment);
                removed.add(segment);
            }
        }
        return removed;
    }
}
