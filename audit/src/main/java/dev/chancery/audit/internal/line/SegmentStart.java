package dev.chancery.audit.internal.line;

import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.TreeEdge;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.MalformedLogException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the first line of a segment says.
 *
 * @param segment the segment
 * @param number the line's number
 * @param record its record
 * @param origin the chain
 */
public record SegmentStart(Path segment, long number, AuditRecord record, Origin origin) {

    /** Reads the first line; empty where it is not whole, or none that a segment begins with. */
    public static Optional<SegmentStart> of(Path segment, int slot) throws IOException {
        try (LineReader lines = new LineReader(segment)) {
            return lines.next() ? of(lines, segment, slot) : Optional.empty();
        }
    }

    /** The same of the line that is being read. */
    public static Optional<SegmentStart> of(LineReader lines, Path segment, int slot) {
        try {
            AuditRecord record = lines.record(slot).record();
            return record.event() == AuditEvent.SEGMENT_OPENED
                    ? origin(record).map(origin -> new SegmentStart(segment, lines.number(), record, origin))
                    : Optional.empty();
        } catch (MalformedLogException e) {
            return Optional.empty();
        }
    }

    private static Optional<Origin> origin(AuditRecord record) {
        return Origin.parse("chancery/audit/" + record.field("log").orElse("") + "/"
                + record.field("slot").orElse("") + "/" + record.field("chain").orElse(""));
    }

    /** The audit key that the chain is kept with, as text. */
    public String auditKey() {
        return record.field("audit_key").orElse("");
    }

    /** {@link LineSeal#check} of what seals the chain. */
    public String sealCheck() {
        return record.field("seal_check").orElse("");
    }

    /** The identity of the lock that the segment's writer held. */
    public String lock() {
        return record.field("lock").orElse("");
    }

    /** How much of the segment before was acknowledged. */
    public OptionalLong previousBytes() {
        return record.number("previous_bytes");
    }

    /** The edge of the tree over the lines before this one; empty where the line has none that fits its number. */
    public Optional<TreeEdge> edge() {
        List<byte[]> subtrees = new ArrayList<>();
        for (String root : record.list("edge")) {
            subtrees.add(Hashes.isHash(root) ? HexFormat.of().parseHex(root) : new byte[0]);
        }
        try {
            return Optional.of(TreeEdge.of(number - 1, subtrees));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
