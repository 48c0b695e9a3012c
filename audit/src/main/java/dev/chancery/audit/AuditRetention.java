package dev.chancery.audit;

import dev.chancery.ConfigurationException;
import dev.chancery.IntegrityException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes what a retention policy no longer wants, without breaking a chain: whole sealed segments, the oldest first, after
 * the log itself says which. A log that starts later than with its first record verifies only because of that line.
 */
public final class AuditRetention {
    private AuditRetention() {}

    /** The segments of one chain that go, and where the chain will start after them. */
    private record Old(ChainDirectory chain, String id, List<Path> segments, long records, String hash) {}

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

    private static Optional<Old> find(ChainDirectory chain, Instant until) throws IOException {
        List<Path> going = new ArrayList<>();
        long records = 0;
        String hash = "";
        String id = "";
        for (Path segment : chain.segments()) {
            if (!Recovery.isSealed(segment)) {
                break;
            }
            try (LineReader lines = new LineReader(segment)) {
                boolean older = true;
                while (older && lines.next()) {
                    StoredRecord record = LogLine.parse(lines.line(), segment, lines.lines(), chain.number());
                    older = record.record().timestamp().isBefore(until);
                    if (lines.lines() == 1) {
                        id = record.record().field("chain").orElse(id);
                    }
                }
                if (!older) {
                    break;
                }
                records = lines.number();
                hash = Hashes.hex(lines.hash());
            }
            going.add(segment);
        }
        return going.isEmpty() ? Optional.empty() : Optional.of(new Old(chain, id, going, records, hash));
    }

    private static List<Path> remove(List<Old> old, Path log, Instant until, AuditSigner signer, AuditOptions options)
            throws IOException {
        if (old.isEmpty()) {
            return List.of();
        }
        try (AuditLog open = AuditLog.open(log, signer, options)) {
            for (Old one : old) {
                Path last = one.segments().get(one.segments().size() - 1);
                open.append(AuditRecord.builder(options.clock().instant(), AuditEvent.SEGMENTS_REMOVED)
                        .text("chain", one.id())
                        .number("last_segment", ChainDirectory.numberOf(last))
                        .number("records", one.records())
                        .text("hash", one.hash())
                        .text("until", until.toString())
                        .build());
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
