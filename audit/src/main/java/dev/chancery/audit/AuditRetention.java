package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
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
 * chain's last, after the log itself says which and a checkpoint covers the line that does. A chain that starts later than
 * with its first record verifies only because of that line.
 */
public final class AuditRetention {
    private AuditRetention() {}

    /**
     * Where a chain starts that has lost segments, now or earlier: the line that said so of earlier ones may be among what goes.
     *
     * @param segments those that go now, maybe none
     */
    private record Old(String id, List<Path> segments, long records, String hash) {}

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
        AuditReport report = AuditVerifier.verify(log, Optional.of(signer.verificationKey()), List.of());
        if (!report.isIntact()) {
            throw new IntegrityException("Nothing is removed from the audit log in " + log + ", which is not intact: "
                    + report.problems().get(0));
        }
        try {
            List<Old> old = new ArrayList<>();
            for (ChainDirectory chain : ChainDirectory.all(log)) {
                find(chain, until).ifPresent(old::add);
            }
            return remove(old, log, until, signer, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last segment stays at any age: it says how far the chain has come. */
    private static Optional<Old> find(ChainDirectory chain, Instant until) throws IOException {
        List<Path> segments = chain.segments();
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        int going = 0;
        while (going < segments.size() - 1 && isOlder(segments.get(going), chain, until)) {
            going++;
        }
        Path first = segments.get(going);
        try (LineReader lines = new LineReader(first)) {
            if (!lines.next() || lines.number() == 1) {
                return Optional.empty();
            }
            String id = LogLine.parse(lines.line(), first, 1, chain.number())
                    .record()
                    .field("chain")
                    .orElse("");
            return Optional.of(new Old(id, segments.subList(0, going), lines.number() - 1, lines.prev()));
        }
    }

    private static boolean isOlder(Path segment, ChainDirectory chain, Instant until) throws IOException {
        try (LineReader lines = new LineReader(segment)) {
            while (lines.next()) {
                StoredRecord record = LogLine.parse(lines.line(), segment, lines.lines(), chain.number());
                if (!record.record().timestamp().isBefore(until)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static List<Path> remove(List<Old> old, Path log, Instant until, AuditSigner signer, AuditOptions options)
            throws IOException {
        if (old.stream().allMatch(one -> one.segments().isEmpty())) {
            return List.of();
        }
        try (AuditLog open = AuditLog.open(log, signer, options)) {
            for (Old one : old) {
                open.append(AuditRecord.builder(options.clock().instant(), AuditEvent.SEGMENTS_REMOVED)
                        .text("chain", one.id())
                        .number("segments", one.segments().size())
                        .number("records", one.records())
                        .text("hash", one.hash())
                        .text("until", until.toString())
                        .build());
            }
            open.checkpoint();
            if (!open.isCovered()) {
                throw new AuditUnavailableException(
                        "Nothing is removed from the audit log in " + log
                                + ": no checkpoint could be made of the lines that say so. See to the audit key and the disk.",
                        null);
            }
        }
        List<Path> removed = new ArrayList<>();
        for (Old one : old) {
            for (Path segment : one.segments()) {
                Files.delete(segment);
                Files.deleteIfExists(ChainDirectory.checkpoints(segment));
                removed.add(segment);
            }
        }
        return removed;
    }
}
