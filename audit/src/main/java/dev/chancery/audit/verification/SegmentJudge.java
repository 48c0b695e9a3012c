package dev.chancery.audit.verification;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.TreeEdge;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.EventType;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Judges the lines of one segment, one after the other, up to the first that is not in order. */
final class SegmentJudge {
    private final ChainDirectory directory;
    private final Path path;
    private final Optional<SegmentStart> next;
    private final Sequence sequence;
    private final NavigableMap<Long, List<Claims.Claim>> claims;
    private final @Nullable LineSeal seal;
    private final Findings findings;
    private final Consumer<StoredRecord> told;

    private final long claimed;
    private long lines;
    private long bytes;
    private Optional<AuditReport.Problem> wrong = Optional.empty();

    /**
     * Begins a segment.
     *
     * @param next what the segment behind it begins with; empty for a chain's last
     * @param seal what seals the lines; null where seals are not checked
     * @param told is given the records that may say something of changes, segments or other chains
     */
    SegmentJudge(
            ChainDirectory directory,
            Path path,
            Optional<SegmentStart> next,
            Sequence sequence,
            NavigableMap<Long, List<Claims.Claim>> claims,
            @Nullable LineSeal seal,
            Findings findings,
            Consumer<StoredRecord> told) {
        this.directory = directory;
        this.path = path;
        this.next = next;
        this.sequence = sequence;
        this.claims = claims;
        this.claimed = claims.isEmpty() ? 0 : claims.lastKey();
        this.seal = seal;
        this.findings = findings;
        this.told = told;
    }

    Path path() {
        return path;
    }

    long bytes() {
        return bytes;
    }

    long lines() {
        return lines;
    }

    /**
     * Reads the segment.
     *
     * @param before the segment before this one; null for the first that is there
     * @param given how much of it counts: the next one says so where it went on after a failure
     * @param isLast whether the log may be writing to it
     * @return whether all of it is in order
     */
    boolean judge(@Nullable SegmentJudge before, long given, boolean isLast) throws IOException {
        try (LineReader reader = new LineReader(path, 0, seal)) {
            while (wrong.isEmpty() && bytes < given && reader.next() && reader.position() <= given) {
                lines++;
                judgeLine(reader, before);
            }
        }
        if (wrong.isEmpty()) {
            judgeRest(given, isLast);
        }
        return wrong.isEmpty();
    }

    /** What is wrong where the segment ceases to be in order, if it does. */
    Optional<AuditReport.Problem> wrong() {
        return wrong;
    }

    private void wrong(long line, String what) {
        wrong(new AuditReport.Problem(path, line, what));
    }

    private void wrong(AuditReport.Problem problem) {
        wrong = Optional.of(problem);
        findings.problem(problem.file(), problem.line(), problem.what());
    }

    private void judgeLine(LineReader reader, @Nullable SegmentJudge before) throws IOException {
        boolean sealed = seal == null || reader.isSealed();
        boolean vouched = seal == null ? sequence.size() < claimed : sealed;
        AuditEvent event;
        Optional<StoredRecord> stored = Optional.empty();
        try {
            // What has a right seal, or a later claim covers, was written as a record, so its JSON is not taken apart.
            Optional<AuditEvent> stated = vouched ? reader.statedEvent() : Optional.empty();
            event = stated.isPresent() ? stated.get() : reader.event();
            // Most lines tell of uses, and nothing in them is needed beyond their hash.
            if (event.type() != EventType.KEY_USAGE || event == AuditEvent.DENIED) {
                stored = Optional.of(reader.record(directory.number()));
            }
        } catch (MalformedLogException e) {
            wrong(lines, "This is no record.");
            return;
        }
        if (!sealed) {
            wrong(lines, "This line was changed or put in: no holder of the audit key has sealed it.");
            return;
        }
        if (lines == 1) {
            judgeFirst(reader, before);
        } else if (!sequence.isFollowedBy(reader)) {
            blame(reader);
        }
        if (wrong.isEmpty()) {
            accept(reader);
        }
        if (wrong.isEmpty()) {
            findings.count(event);
            stored.ifPresent(this::tell);
        }
    }

    private void blame(LineReader reader) throws IOException {
        wrong(new Blame(sequence, claims)
                .assign(reader, new Sequence.Place(path, lines), next.map(SegmentStart::segment)));
    }

    private void accept(LineReader reader) {
        sequence.add(reader, path, lines);
        bytes = reader.position();
        List<Claims.Claim> here = claims.getOrDefault(sequence.size(), List.of());
        String root = here.isEmpty() ? "" : Hashes.hex(sequence.root());
        for (Claims.Claim claim : here) {
            if (!claim.root().equals(root)) {
                wrong(
                        lines,
                        "Record " + sequence.size() + " is not the one that " + claim.by()
                                + " speaks of: this line or lines before it were changed.");
                return;
            }
        }
        if (!here.isEmpty()) {
            sequence.confirm();
        }
    }

    private void tell(StoredRecord stored) {
        if (stored.record().event() == AuditEvent.SEGMENT_OPENED && lines != 1) {
            wrong(lines, "A segment begins here in the middle of another.");
        } else {
            told.accept(stored);
        }
    }

    // --- where one segment follows another

    private void judgeFirst(LineReader reader, @Nullable SegmentJudge before) throws IOException {
        Optional<SegmentStart> start = SegmentStart.of(reader, path, directory.number());
        boolean fits = start.filter(said -> said.record()
                        .field("segment")
                        .filter(Integer.toString(ChainDirectory.numberOf(path))::equals)
                        .isPresent())
                .isPresent();
        if (!fits) {
            wrong(1, "This is not how segment " + ChainDirectory.numberOf(path) + " of this chain begins.");
            return;
        }
        Optional<TreeEdge> edge = start.get().edge();
        if (edge.isEmpty()) {
            wrong(1, "This line has no edge of the tree over the lines before it.");
        } else if (before == null) {
            judgeFirstOfAll(reader, edge.get());
        } else {
            judgeNext(reader, start.get(), edge.get(), before);
        }
    }

    private void judgeFirstOfAll(LineReader reader, TreeEdge edge) {
        if (reader.number() == 1 && !reader.follows(new byte[32])) {
            wrong(1, "The first record of a chain follows none.");
            return;
        }
        sequence.continueFrom(edge, HexFormat.of().parseHex(reader.prev()));
        for (Claims.Claim claim : claims.getOrDefault(sequence.size(), List.of())) {
            if (!claim.root().equals(Hashes.hex(sequence.root()))) {
                wrong(1, "This line does not follow record " + sequence.size() + ", says " + claim.by() + ".");
                return;
            }
        }
    }

    private void judgeNext(LineReader reader, SegmentStart start, TreeEdge edge, SegmentJudge before)
            throws IOException {
        if (ChainDirectory.numberOf(path) != ChainDirectory.numberOf(before.path) + 1) {
            wrong(1, "The segments between " + before.path.getFileName() + " and this one are missing.");
            return;
        }
        long previousBytes = start.previousBytes().orElse(-1);
        if (previousBytes < 0) {
            wrong(1, "This line does not say how long the segment before it was.");
        } else if (sequence.isFollowedBy(reader)) {
            boolean asSaid =
                    previousBytes == before.bytes && Hashes.hex(edge.root()).equals(Hashes.hex(sequence.root()));
            if (!asSaid) {
                wrong(1, "The segment before this one has another content than this line says.");
            }
        } else if (previousBytes < before.bytes && before.lineOfEnd(previousBytes, reader) > 0) {
            long end = before.lineOfEnd(previousBytes, reader);
            wrong(new AuditReport.Problem(before.path, end + 1, "This line was put behind the end of the segment."));
        } else if (previousBytes > before.bytes && reader.number() > sequence.size() + 1) {
            findings.problem(
                    before.path,
                    before.lines + 1,
                    "Records " + (sequence.size() + 1) + " to " + (reader.number() - 1) + " are missing here, as "
                            + path + " says: the file was removed, replaced, shortened or damaged.");
            sequence.continueFrom(edge, HexFormat.of().parseHex(reader.prev()));
        } else {
            blame(reader);
        }
    }

    /** The line that the next segment follows, where it is not this one's last: lines were put behind it; 0 if there is none. */
    private long lineOfEnd(long said, LineReader following) throws IOException {
        byte[] end = new byte[0];
        long line = 0;
        try (LineReader reader = new LineReader(path)) {
            while (reader.next() && reader.position() <= said) {
                end = reader.leaf();
                line++;
            }
        }
        return line > 0 && following.follows(end) ? line : 0;
    }

    // --- where the file ends

    private void judgeRest(long given, boolean isLast) throws IOException {
        long from = bytes;
        long rest = LogFiles.rest(path, from);
        if (rest == 0) {
            return;
        }
        if (!isLast && given != Long.MAX_VALUE) {
            judgeGivenUp(from);
            return;
        }
        boolean belowClaim = claims.higherKey(sequence.size()) != null;
        if (isLast && !belowClaim && !provesLoss(from)) {
            findings.notice(
                    path,
                    lines + 1,
                    rest
                            + " bytes from here on are no whole record: they are being written, or a crash left them and"
                            + " opening the log will cut them off. No signature rests on them.");
        } else {
            wrong(lines + 1, "This is no record.");
        }
    }

    /** A genuine line behind the damage that says that more lines were durable. */
    private boolean provesLoss(long from) throws IOException {
        if (seal == null) {
            return false;
        }
        try (LineReader reader = new LineReader(path, from, seal)) {
            do {
                while (reader.next()) {
                    if (reader.isSealed() && reader.acknowledged() > sequence.size()) {
                        return true;
                    }
                }
            } while (reader.skip());
        }
        return false;
    }

    /** What is behind the bytes that count, where the next segment went on after a failure: its numbers were given again. */
    private void judgeGivenUp(long from) throws IOException {
        long behind = 0;
        try (LineReader reader = new LineReader(path, from, seal)) {
            while (reader.next()) {
                behind++;
                if (seal != null && !reader.isSealed()) {
                    findings.problem(
                            path,
                            lines + behind,
                            "This line was put behind those that count: no holder of the audit key has sealed it.");
                    return;
                }
            }
        }
        findings.notice(
                path,
                lines + 1,
                (behind > 0 ? behind + " lines" : "Bytes")
                        + " from here on were written and never acknowledged: forcing them to" + " the disk failed."
                        + (seal == null ? " Without the audit key that is not proven." : ""));
    }
}
