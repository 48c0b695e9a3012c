package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Judges one chain: its segments in their order, and what is said of it. */
final class ChainJudge {
    /** What a segment begins with that goes on after a failure. */
    private static final Set<AuditEvent> RESUMING = EnumSet.of(AuditEvent.LOG_RESUMED, AuditEvent.LOG_LOST);

    private final ChainDirectory directory;
    private final Trust trust;
    private final Claims claims;
    private final Findings findings;
    private final ChainStatements statements;
    private final Sequence sequence = new Sequence();
    private final Map<String, StoredRecord> intents = new HashMap<>();
    private final List<StoredRecord> ofOtherChains = new ArrayList<>();
    private final NavigableMap<Long, Path> starts = new TreeMap<>();
    private final Set<Integer> sealed = new HashSet<>();
    private Optional<AuditReport.Problem> end = Optional.empty();
    private boolean wrong;

    ChainJudge(ChainDirectory directory, Trust trust, Claims claims, Findings findings) {
        this.directory = directory;
        this.trust = trust;
        this.claims = claims;
        this.findings = findings;
        this.statements = new ChainStatements(directory, trust, claims, findings);
    }

    /** Reads the checkpoints and the first lines; returns whether there is a chain. */
    boolean takeStatements() throws IOException {
        statements.take();
        return statements.origin().isPresent();
    }

    /** The chain. */
    Origin origin() {
        return statements.origin().orElseThrow();
    }

    ChainDirectory directory() {
        return directory;
    }

    /** Says that the chain is none of the log's. */
    void disown(String what) {
        end = Optional.of(new AuditReport.Problem(directory.path(), 0, what));
        findings.problem(directory.path(), 0, what);
    }

    /** Looks at the lines, up to the first that is not in order. */
    void judge() throws IOException {
        NavigableMap<Long, List<Claims.Claim>> of = claims.of(origin());
        List<Path> segments = statements.segments();
        @Nullable SegmentJudge before = null;
        for (int i = 0; i < segments.size() && !wrong; i++) {
            boolean last = i == segments.size() - 1;
            Optional<SegmentStart> next =
                    last ? Optional.empty() : SegmentStart.of(segments.get(i + 1), directory.number());
            Optional<SegmentStart> start = SegmentStart.of(segments.get(i), directory.number());
            LineSeal seal = start.isPresent() ? trust.sealOf(start.get()) : trust.sealOf(origin());
            SegmentJudge segment =
                    new SegmentJudge(directory, segments.get(i), next, sequence, of, seal, findings, this::take);
            starts.put(firstNumber(segments.get(i)), segments.get(i));
            wrong = !segment.judge(before, acknowledged(next), last);
            if (seal != null) {
                sealed.add(ChainDirectory.numberOf(segments.get(i)));
            }
            end = end.isPresent() ? end : segment.wrong();
            before = segment;
        }
        if (!wrong) {
            requireWhatIsClaimedBehind(before);
            requireKnownKey();
            reportOpenIntents();
        }
    }

    /** Who has stolen an audit key that was rotated can still write a chain with it, and cannot have it ended by the key behind it. */
    private void requireKnownKey() throws IOException {
        List<Path> segments = statements.segments();
        Optional<SegmentStart> last = segments.isEmpty()
                ? Optional.empty()
                : SegmentStart.of(segments.get(segments.size() - 1), directory.number());
        if (last.isEmpty() || !trust.checksSignatures()) {
            return;
        }
        String key = last.get().auditKey();
        boolean unended = trust.isFormer(key) && !trust.isEnded(last.get(), statements.believed(), sequence.size());
        if (unended || trust.isStrange(key)) {
            findings.problem(
                    last.get().segment(),
                    1,
                    unended
                            ? "This is kept with an audit key that was rotated, and was not ended by the one behind it: a thief of"
                                    + " that key can have written it."
                            : "This is kept with an audit key that is none of the log's: " + Printable.of(key) + ".");
        }
    }

    private static long firstNumber(Path segment) throws IOException {
        try (LineReader lines = new LineReader(segment)) {
            return lines.next() ? lines.number() : 1;
        }
    }

    /** How much of a segment counts: all, unless the next one went on after a failure. */
    private static long acknowledged(Optional<SegmentStart> next) throws IOException {
        if (next.isEmpty()) {
            return Long.MAX_VALUE;
        }
        try (LineReader lines = new LineReader(next.get().segment())) {
            boolean first = lines.next();
            boolean resumes = first && lines.next() && RESUMING.contains(lines.event());
            return resumes ? next.get().previousBytes().orElse(Long.MAX_VALUE) : Long.MAX_VALUE;
        } catch (MalformedLogException e) {
            return Long.MAX_VALUE; // told of when it is that line's turn
        }
    }

    private void requireWhatIsClaimedBehind(@Nullable SegmentJudge last) throws IOException {
        NavigableMap<Long, List<Claims.Claim>> of = claims.of(origin());
        if (!of.isEmpty() && of.lastKey() > sequence.size()) {
            Claims.Claim claim = of.lastEntry().getValue().get(0);
            wrong = true;
            Sequence.Place end = sequence.last();
            if (!Blame.isRecord(end)) {
                findings.problem(end.file(), end.line(), "This is no record.");
                return;
            }
            findings.problem(
                    last == null ? directory.path() : last.path(),
                    last == null ? 0 : last.lines() + 1,
                    "The chain ends with record " + sequence.size() + ", and " + claim.by() + " says that there were "
                            + claim.size() + ".");
        }
    }

    private void reportOpenIntents() {
        for (StoredRecord intent : intents.values()) {
            findings.intent(intent);
            findings.notice(
                    intent.file(),
                    intent.line(),
                    "The outcome of this change is not on record: "
                            + intent.record().field("operation").orElse("?") + " of "
                            + intent.record().field("key_id").orElse("?") + ".");
        }
    }

    // --- what the lines say

    private void take(StoredRecord stored) {
        AuditRecord record = stored.record();
        switch (record.event()) {
            case CHANGE_INTENDED -> record.field("op_id").ifPresent(operation -> intents.put(operation, stored));
            case LOG_REPAIRED -> requireTorn(stored);
            case CHAIN_HEAD, SEGMENTS_REMOVED -> {
                if (directory.number() == ChainDirectory.OWN) {
                    ofOtherChains.add(stored);
                }
            }
            default -> {
                if (record.event().type() == EventType.KEY_LIFECYCLE || record.event() == AuditEvent.DENIED) {
                    record.field("op_id").ifPresent(intents::remove);
                }
            }
        }
    }

    /** What was cut off after a crash is kept, and is still what was cut off. */
    private void requireTorn(StoredRecord stored) {
        Optional<Path> torn = stored.record().field("file").flatMap(directory::tornFile);
        if (torn.isEmpty()) {
            findings.problem(
                    stored.file(), stored.line(), "This names no file in which opening a log keeps what it cuts off.");
            return;
        }
        boolean wentWithItsSegment = ChainDirectory.numberOf(torn.get())
                < ChainDirectory.numberOf(statements.segments().get(0));
        if (wentWithItsSegment) {
            return; // that the first segments were removed must be on record
        }
        String says = ", says " + stored.file() + ", line " + stored.line() + ".";
        try {
            String hash = Hashes.hex(Hashes.sha256(torn.get()));
            if (!stored.record().field("cut_sha256").filter(hash::equals).isPresent()) {
                findings.problem(torn.get(), 0, "This is not what was cut off after a crash" + says);
            }
        } catch (IOException e) {
            findings.problem(torn.get(), 0, "What was cut off after a crash is missing" + says);
        }
    }

    /**
     * What the log's own chain says of others. An attacker with only the disk writes no line that counts: one counts that a
     * checkpoint covers, or whose seal was checked.
     */
    List<StoredRecord> ofOtherChains() {
        boolean sealed = trust.signer().isPresent();
        return ofOtherChains.stream()
                .filter(stored -> sealed || stored.sequence() <= proven())
                .toList();
    }

    // --- the end

    /** The number of the first line that is there. */
    private long firstRecord() {
        return starts.isEmpty() ? 1 : starts.firstKey();
    }

    /** A checkpoint was in the log before it left it. */
    void requireCheckpoints(List<Checkpoint> anchors) {
        for (Checkpoint anchor : anchors) {
            if (anchor.origin().equals(origin())
                    && anchor.size() >= firstRecord()
                    && !statements.hasCheckpointOf(anchor.size())) {
                findings.problem(
                        starts.isEmpty()
                                ? directory.path()
                                : ChainDirectory.checkpoints(
                                        starts.floorEntry(anchor.size()).getValue()),
                        0,
                        "The checkpoint of record " + anchor.size() + " is missing, which the anchor has.");
                return;
            }
        }
    }

    /** A chain whose first segments are gone is in order only where their removal is on record. */
    void requireRecordedStart(List<StoredRecord> removals) {
        long firstRecord = firstRecord();
        if (firstRecord == 1) {
            return;
        }
        Path first = statements.segments().get(0);
        for (StoredRecord removal : removals) {
            boolean ofThis = removal.record().field("origin").equals(Optional.of(origin().toString()));
            // A removal that was cut short has left segments that it speaks of.
            if (ofThis && removal.record().number("records").orElse(0) >= firstRecord - 1) {
                findings.notice(
                        first,
                        1,
                        "Records 1 to " + (firstRecord - 1) + " were removed, says " + removal.file() + ", line "
                                + removal.line() + ".");
                return;
            }
        }
        wrong = true;
        findings.problem(
                first,
                1,
                "Records 1 to " + (firstRecord - 1)
                        + " are missing before this line, and no line that counts says that they were removed.");
    }

    /** Up to which line checkpoints that count prove the chain. */
    private long proven() {
        return wrong ? statements.proven(sequence.confirmed()) : Math.min(statements.proven(), sequence.size());
    }

    AuditReport.ChainReport report(long anchored) {
        return new AuditReport.ChainReport(
                directory.number(), origin(), sequence.size(), proven(), anchored, end, sealed);
    }
}
