package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.Hashes;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.writing.Recovery;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Verifies one chain up to its first wrong line. */
final class ChainVerifier {
    private static final byte[] NOTHING = new byte[32];

    /** What a segment begins with that goes on after a failure. */
    private static final Set<AuditEvent> RESUMING = EnumSet.of(AuditEvent.LOG_RESUMED, AuditEvent.LOG_LOST);

    /** Stands for a first line that tells of something else. */
    private static final AuditRecord NO_BEGINNING =
            AuditRecord.builder(Instant.EPOCH, AuditEvent.KEY_USED).build();

    private final ChainDirectory directory;
    private final Claims claims;
    private final List<AuditReport.Problem> problems;
    private final List<AuditReport.Notice> notices;
    private final Map<AuditEvent, Long> counts;
    private final Map<String, List<Removal>> removals;
    private final Map<String, StoredRecord> intents = new HashMap<>();
    private final List<Path> segments;
    private final SaidOfChain said;
    private final Set<Long> spokenOf = new HashSet<>();
    private final Map<Long, String> hashes = new HashMap<>();
    private final Set<Path> begun = new HashSet<>();

    private long firstRecord = 1;
    private byte[] beforeFirst = NOTHING;
    private long records;
    private byte[] head = NOTHING;
    private boolean wrong;

    /**
     * That old segments were removed in good order; believed where a claim covers the line that says so, for an attacker with
     * only the disk cannot write a claim.
     *
     * @param records the last record that was removed
     * @param hash its hash
     * @param by the chain that the line is in
     * @param at the line's number there
     * @param where file and line, for a notice
     */
    record Removal(long records, String hash, String by, long at, String where) {}

    ChainVerifier(
            ChainDirectory directory,
            Optional<VerificationKey> key,
            Claims claims,
            List<AuditReport.Problem> problems,
            List<AuditReport.Notice> notices,
            Map<AuditEvent, Long> counts,
            Map<String, List<Removal>> removals)
            throws IOException {
        this.directory = directory;
        this.claims = claims;
        this.problems = problems;
        this.notices = notices;
        this.counts = counts;
        this.removals = removals;
        this.segments = directory.segments();
        this.said = new SaidOfChain(directory, segments, key, claims, problems);
    }

    String id() {
        return said.id();
    }

    /**
     * Looks at the first line of each segment and at the checkpoints.
     *
     * @return whether there is a chain
     */
    boolean takeFirstLines() throws IOException {
        return said.take();
    }

    private void problem(Path file, long line, String what) {
        problems.add(new AuditReport.Problem(file, line, what));
    }

    // --- the lines

    /** Where a line stands, and its hash. */
    private record At(Path file, long line, long number, String hash) {}

    void verify() throws IOException {
        spokenOf.addAll(claims.numbersOf(id()));
        @Nullable Segment before = null;
        for (Path path : segments) {
            Segment segment = new Segment(path);
            segment.read(before);
            if (wrong) {
                return;
            }
            before = segment;
        }
        requireWhatIsClaimedBehind(before);
        for (StoredRecord intent : intents.values()) {
            notices.add(new AuditReport.Notice(
                    intent.file(),
                    intent.line(),
                    "The outcome of this change is not on record: "
                            + intent.record().field("operation").orElse("?") + " of "
                            + intent.record().field("key_id").orElse("?") + "."));
        }
    }

    private void wrong(Path file, long line, String what) {
        wrong = true;
        problem(file, line, what);
    }

    private void requireWhatIsClaimedBehind(@Nullable Segment last) {
        NavigableMap<Long, List<Claims.Claim>> of = claims.of(id());
        if (!of.isEmpty() && of.lastKey() > records) {
            Claims.Claim claim = of.lastEntry().getValue().get(0);
            wrong(
                    last == null ? directory.path() : last.path,
                    last == null ? 0 : last.lines + 1,
                    "The chain ends with record " + records + ", and " + claim.by() + " says that there were "
                            + claim.records() + ".");
        }
    }

    /** The segment that is being read. */
    private final class Segment {
        private final Path path;
        private final MessageDigest content = Sha256.digest();
        private long lines;
        private long bytes;
        private At previous = new At(directory.path(), 0, 0, "");
        private String beforePrevious = "";

        Segment(Path path) {
            this.path = path;
        }

        void read(@Nullable Segment before) throws IOException {
            if (before != null) {
                previous = before.previous;
                beforePrevious = before.beforePrevious;
            }
            OptionalLong acknowledged = acknowledgedBytes();
            long end = acknowledged.orElse(Long.MAX_VALUE);
            long unacknowledged = 0;
            try (LineReader reader = new LineReader(path)) {
                while (!wrong && reader.next()) {
                    if (reader.position() > end) {
                        unacknowledged++;
                    } else {
                        lines++;
                        line(reader, before);
                    }
                }
            }
            if (unacknowledged > 0) {
                notices.add(new AuditReport.Notice(
                        path,
                        lines + 1,
                        unacknowledged
                                + " lines from here on were written and never acknowledged: forcing them to the disk"
                                + " failed."));
            }
            if (!wrong && acknowledged.isEmpty()) {
                requireEnd();
            }
        }

        /**
         * How much of this segment counts, where the next one went on after a failure: what is behind that may be lines whose
         * numbers were given again.
         */
        private OptionalLong acknowledgedBytes() throws IOException {
            int next = segments.indexOf(path) + 1;
            if (next == segments.size()) {
                return OptionalLong.empty();
            }
            Path file = segments.get(next);
            try (LineReader reader = new LineReader(file)) {
                if (reader.next()) {
                    AuditRecord opened = LogLine.parse(reader.line(), file, 1, directory.number())
                            .record();
                    boolean resumes = reader.next() && RESUMING.contains(reader.event(file));
                    return resumes ? opened.number("previous_bytes") : OptionalLong.empty();
                }
            } catch (MalformedLogException e) {
                // Told of when it is that line's turn.
            }
            return OptionalLong.empty();
        }

        private void line(LineReader reader, @Nullable Segment before) throws IOException {
            AuditEvent event;
            Optional<StoredRecord> stored = Optional.empty();
            try {
                event = reader.event(path);
                // Most lines tell of uses, and nothing in them is needed beyond their hash.
                if (event.type() != EventType.KEY_USAGE || event == AuditEvent.DENIED) {
                    stored = Optional.of(LogLine.parse(reader.line(), path, lines, directory.number()));
                }
            } catch (MalformedLogException e) {
                wrong(path, lines, "This is no record.");
                return;
            }
            if (lines == 1) {
                first(reader, stored.map(StoredRecord::record), before);
            } else if (!follows(reader)) {
                blame(reader);
            }
            if (!wrong) {
                accept(reader);
            }
            if (!wrong) {
                counts.merge(event, 1L, Long::sum);
                stored.ifPresent(this::note);
            }
        }

        private boolean follows(LineReader reader) {
            return reader.number() == records + 1 && reader.follows(head);
        }

        private void accept(LineReader reader) {
            beforePrevious = previous.hash();
            records = reader.number();
            head = reader.hash();
            reader.addTo(content);
            bytes = reader.position();
            previous = new At(path, lines, records, Hashes.hex(head));
            if (lines == 1) {
                begun.add(path);
            }
            if (spokenOf.contains(records)) {
                hashes.put(records, previous.hash());
            }
            requireAsClaimed();
        }

        private void requireAsClaimed() {
            for (Claims.Claim claim : claims.of(id()).getOrDefault(records, List.of())) {
                if (!claim.hash().equals(previous.hash())) {
                    wrong(
                            path,
                            lines,
                            "Record " + records + " is not the one that " + claim.by()
                                    + " speaks of: this line or lines before it were changed.");
                    return;
                }
            }
        }

        private void note(StoredRecord stored) {
            AuditRecord record = stored.record();
            switch (record.event()) {
                case CHANGE_INTENDED -> record.field("op_id").ifPresent(operation -> intents.put(operation, stored));
                case SEGMENT_OPENED -> {
                    if (lines != 1) {
                        wrong(path, lines, "A segment begins here in the middle of another.");
                    }
                }
                case LOG_REPAIRED -> requireTorn(record);
                case SEGMENTS_REMOVED -> noteRemoval(record);
                default -> {
                    if (record.event().type() == EventType.KEY_LIFECYCLE || record.event() == AuditEvent.DENIED) {
                        record.field("op_id").ifPresent(intents::remove);
                    }
                }
            }
        }

        private void noteRemoval(AuditRecord record) {
            Removal removal = new Removal(
                    record.number("records").orElse(0),
                    record.field("hash").orElse(""),
                    id(),
                    records,
                    path + ", line " + lines);
            removals.computeIfAbsent(record.field("chain").orElse(""), chain -> new ArrayList<>())
                    .add(removal);
        }

        /** What was cut off after a crash is kept, and is still what was cut off. */
        private void requireTorn(AuditRecord record) {
            Optional<Path> torn = record.field("file").flatMap(directory::tornFile);
            if (torn.isEmpty()) {
                problem(path, lines, "This names no file in which opening a log keeps what it cuts off.");
                return;
            }
            String says = ", says " + path + ", line " + lines + ".";
            try {
                String hash = Hashes.hex(Hashes.sha256(torn.get()));
                if (!record.field("cut_sha256").filter(hash::equals).isPresent()) {
                    problem(torn.get(), 0, "This is not what was cut off after a crash" + says);
                }
            } catch (IOException e) {
                problem(torn.get(), 0, "What was cut off after a crash is missing" + says);
            }
        }

        // --- where one segment follows another

        private void first(LineReader reader, Optional<AuditRecord> first, @Nullable Segment before)
                throws IOException {
            AuditRecord opened = first.orElse(NO_BEGINNING);
            if (opened.event() != AuditEvent.SEGMENT_OPENED
                    || !opened.field("chain").filter(id()::equals).isPresent()
                    || !opened.field("segment")
                            .filter(Integer.toString(ChainDirectory.numberOf(path))::equals)
                            .isPresent()) {
                wrong(path, 1, "This is not how segment " + ChainDirectory.numberOf(path) + " of this chain begins.");
                return;
            }
            if (before == null) {
                firstOfAll(reader);
                return;
            }
            boolean next = ChainDirectory.numberOf(path) == ChainDirectory.numberOf(before.path) + 1;
            if (!next) {
                wrong(path, 1, "The segments between " + before.path.getFileName() + " and this one are missing.");
                return;
            }
            long previousBytes = opened.number("previous_bytes").orElse(-1);
            if (previousBytes < 0) {
                wrong(path, 1, "This line does not say how long the segment before it was.");
            } else if (previousBytes < before.bytes) {
                before.longer(previousBytes, reader, this);
            } else if (follows(reader)) {
                boolean asSaid = previousBytes == before.bytes
                        && opened.field("previous_sha256")
                                .filter(Hashes.hex(before.content.digest())::equals)
                                .isPresent();
                if (!asSaid) {
                    wrong(path, 1, "The segment before this one has another content than this line says.");
                }
            } else if (previousBytes > before.bytes) {
                before.reportLoss(reader, this);
            } else {
                blame(reader);
            }
        }

        private void firstOfAll(LineReader reader) {
            firstRecord = reader.number();
            beforeFirst = firstRecord == 1 ? NOTHING : prevOf(reader);
            if (firstRecord == 1 && !reader.follows(NOTHING)) {
                wrong(path, 1, "The first record of a chain follows none.");
            }
            records = firstRecord - 1;
            head = beforeFirst;
            for (Claims.Claim claim : claims.of(id()).getOrDefault(records, List.of())) {
                if (!claim.hash().equals(Hashes.hex(beforeFirst))) {
                    wrong(path, 1, "This line does not follow record " + records + ", says " + claim.by() + ".");
                    return;
                }
            }
        }

        /** The next segment knows less of this one: were lines put behind its end, or is that line's number wrong? */
        private void longer(long said, LineReader next, Segment after) throws IOException {
            long end = 0;
            try (LineReader again = new LineReader(path)) {
                records = 0;
                head = NOTHING;
                while (again.next() && again.position() <= said) {
                    end++;
                    records = again.number();
                    head = again.hash();
                }
            }
            if (after.follows(next)) {
                wrong(path, end + 1, "This line was put behind the end of the segment.");
            } else {
                after.blame(next);
            }
        }

        private void reportLoss(LineReader next, Segment after) {
            problem(
                    path,
                    lines + 1,
                    "Records " + (records + 1) + " to " + (next.number() - 1) + " are missing here, as " + after.path
                            + " says: the file was removed, replaced or shortened while it was written to.");
            records = next.number() - 1;
            head = prevOf(next);
        }

        private byte[] prevOf(LineReader reader) {
            return HexFormat.of().parseHex(reader.prev());
        }

        // --- whose fault it is

        /** A line that does not follow the one before: which of the two was changed, or was one removed or put between? */
        private void blame(LineReader reader) throws IOException {
            long number = reader.number();
            byte[] hash = reader.hash();
            if (Hashes.hex(hash).equals(previous.hash())) {
                wrong(path, lines, "Record " + number + " stands here again.");
                return;
            }
            boolean followsOneBefore = !beforePrevious.isEmpty()
                    && number == records
                    && reader.prev().equals(beforePrevious);
            if (followsOneBefore) {
                wrong(
                        previous.file(),
                        previous.line(),
                        "This line was put in: the one after it follows the one before it.");
            } else if (number != records + 1) {
                wrong(
                        path,
                        lines,
                        number <= records
                                ? "Record " + number + " stands here again, or out of its place."
                                : "Records " + (records + 1) + " to " + (number - 1)
                                        + " are missing before this line.");
            } else if (isIntact(reader, number, hash)) {
                wrong(previous.file(), previous.line(), "This line was changed: the one after it knows another.");
            } else {
                wrong(path, lines, "This line was changed: it does not follow the one before it.");
            }
        }

        /** Whether what comes after a line, or a claim, knows it as it is. */
        private boolean isIntact(LineReader reader, long number, byte[] hash) throws IOException {
            String hex = Hashes.hex(hash);
            List<Claims.Claim> of = claims.of(id()).getOrDefault(number, List.of());
            if (!of.isEmpty()) {
                return of.stream().allMatch(claim -> claim.hash().equals(hex));
            }
            return reader.next() ? reader.number() == number + 1 && reader.follows(hash) : firstOfNextFollows(hash);
        }

        private boolean firstOfNextFollows(byte[] hash) throws IOException {
            int next = segments.indexOf(path) + 1;
            if (next == segments.size()) {
                return false;
            }
            try (LineReader lines = new LineReader(segments.get(next))) {
                return lines.next() && lines.follows(hash);
            }
        }

        // --- where the file ends

        private void requireEnd() throws IOException {
            boolean last = path.equals(segments.get(segments.size() - 1));
            long rest = Recovery.rest(path, bytes);
            if (rest == 0) {
                return;
            }
            boolean belowClaim = claims.of(id()).higherKey(records) != null;
            if (last && !belowClaim) {
                notices.add(new AuditReport.Notice(
                        path,
                        lines + 1,
                        rest
                                + " bytes from here on are no whole record: they are being written, or a crash left them and"
                                + " opening the log will cut them off. No signature rests on them."));
            } else {
                wrong(path, lines + 1, "This is no record.");
            }
        }
    }

    // --- the end

    /** Whether the first line of a segment is in order. */
    boolean hasBegun(Path segment) {
        return begun.contains(segment);
    }

    /** What another chain says of this one, in a line that is in order. */
    void requireAsSaid(Claims.OfOtherChain claim) {
        String hash = hashes.get(claim.records());
        if (wrong || claim.records() < firstRecord || claim.hash().equals(hash)) {
            return;
        }
        wrong(
                segments.get(segments.size() - 1),
                0,
                hash == null
                        ? "The chain ends with record " + records + ", and another chain (" + claim.segment()
                                + ", line 1) says that there were " + claim.records() + "."
                        : "Record " + claim.records() + " is not the one that another chain (" + claim.segment()
                                + ", line 1) speaks of.");
    }

    /** A checkpoint was in the log before it left it. */
    void requireCheckpoints(List<Checkpoint> anchors) {
        for (Checkpoint anchor : anchors) {
            if (anchor.chain().equals(id())
                    && anchor.records() >= firstRecord
                    && !said.hasCheckpointOf(anchor.records())) {
                problem(
                        ChainDirectory.checkpoints(directory.segment(anchor.segment())),
                        0,
                        "The checkpoint of record " + anchor.records() + " is missing, which the anchor has.");
                return;
            }
        }
    }

    /** A chain whose first segments are gone is in order only where their removal is on record. */
    void requireRecordedStart() {
        if (firstRecord == 1 || wrong) {
            return;
        }
        for (Removal removal : removals.getOrDefault(id(), List.of())) {
            if (isOfStart(removal) && isCovered(removal)) {
                notices.add(new AuditReport.Notice(
                        segments.get(0),
                        1,
                        "Records 1 to " + (firstRecord - 1) + " were removed, says " + removal.where() + "."));
                return;
            }
        }
        wrong(
                segments.get(0),
                1,
                "Records 1 to " + (firstRecord - 1)
                        + " are missing before this line, and no line that a checkpoint covers says that they were removed.");
    }

    /** A removal that was cut short has left segments that it speaks of. */
    private boolean isOfStart(Removal removal) {
        return removal.records() > firstRecord - 1
                || (removal.records() == firstRecord - 1 && removal.hash().equals(Hashes.hex(beforeFirst)));
    }

    private boolean isCovered(Removal removal) {
        return claims.of(removal.by()).ceilingKey(removal.at()) != null;
    }

    AuditReport.ChainReport report(long anchored) {
        return new AuditReport.ChainReport(directory.number(), id(), records, said.checkpointed(), anchored);
    }
}
