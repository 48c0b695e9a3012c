package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.MalformedLogException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a chain's rightly sealed lines say that a writer must know without reading them all: which keys are compromised or on hold and, in the
 * log's own chain, how far each other chain had come. Beside the chain's last checkpoint is what the lines up to there say.
 */
final class ChainSummary {
    private static final Set<AuditEvent> COUNTING =
            EnumSet.of(AuditEvent.KEY_COMPROMISED, AuditEvent.KEY_STATE_CHANGED, AuditEvent.CHAIN_HEAD);
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}");

    private final Marks marks = new Marks();
    private final Map<String, String> heads = new TreeMap<>();

    /** Reads one chain: from where the cache beside its last checkpoint reaches, else from its first line. */
    static ChainSummary of(ChainDirectory chain, LogContext context, String id) throws IOException {
        Optional<Checkpoint> last = chain.lastCheckpoint(stated -> context.believes(stated, id, chain.number()));
        Optional<EdgeCache> cached = last.flatMap(stated ->
                EdgeCache.read(chain, stated, new LineSeal(context.signer().sealKey(stated.origin()))));
        ChainSummary summary = cached.map(EdgeCache::summary).orElseGet(ChainSummary::new);
        int from = cached.map(EdgeCache::segment).orElse(0);
        for (Path segment : chain.segments()) {
            int number = ChainDirectory.numberOf(segment);
            if (number >= from) {
                long bytes = number == from ? cached.map(EdgeCache::bytes).orElse(0L) : 0;
                summary.read(segment, bytes, chain, context, id);
            }
        }
        return summary;
    }

    private void read(Path segment, long from, ChainDirectory chain, LogContext context, String id) throws IOException {
        Optional<SegmentStart> start = SegmentStart.of(segment, chain.number())
                .filter(said -> said.origin().log().equals(id) && said.origin().slot() == chain.number());
        if (start.isEmpty()) {
            return;
        }
        LineSeal seal = new LineSeal(context.signer().sealKey(start.get().origin()));
        try (LineReader lines = new LineReader(segment, from, seal)) {
            while (lines.next()) {
                if (COUNTING.contains(lines.event()) && lines.isSealed()) {
                    add(lines.record(chain.number()).record());
                }
            }
        } catch (MalformedLogException e) {
            // Not sealed either, and the verifier's to tell of.
        }
    }

    /** Adds what a record says that has just been written, by the body of its line. */
    void add(byte[] body) {
        if (COUNTING.contains(LogLine.event(body))) {
            add(LogLine.parseUnsealed("{" + new String(body, 1, body.length - 1, StandardCharsets.US_ASCII)));
        }
    }

    private void add(AuditRecord record) {
        if (record.event() != AuditEvent.CHAIN_HEAD) {
            marks.add(record);
        } else {
            addHead(
                    record.field("origin").orElse(""),
                    record.field("size").orElse(""),
                    record.field("root").orElse(""));
        }
    }

    /** Adds how far a chain had come; what does not say so is passed over. */
    void addHead(String origin, String size, String root) {
        if (Origin.parse(origin).isPresent() && SIZE.matcher(size).matches() && Hashes.isHash(root)) {
            heads.put(origin, size + " " + root);
        }
    }

    /** Which keys are compromised. */
    Marks marks() {
        return marks;
    }

    /** Size and root of each chain as they were stated last, by its origin. */
    Map<String, String> heads() {
        return heads;
    }
}
