package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.TreeEdge;
import dev.chancery.audit.record.AuditEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a chain was left, by an orderly end or by a crash. It is read from its last checkpoint on: damage below that is the
 * verifier's to find. Only lines with right seals count; what is behind the last of them is cut off and kept ({@link TornEnd}).
 *
 * <p>A chain that ends before its own last checkpoint has lost lines that were acknowledged, and so has one in which a rightly
 * sealed line behind the damage says that lines were durable which are gone. Such a chain is not continued.
 */
final class Recovery {
    private final ChainDirectory directory;
    private final LogContext context;
    private final SegmentStart begun;
    private final LineSeal seal;
    private final Optional<Checkpoint> checkpoint;
    private final List<TornEnd> torn = new ArrayList<>();
    private TreeEdge tree;
    private TreeNodes nodes = new TreeNodes(0, 0);
    private byte[] head;
    private long bytes;
    private long checkpointBytes;

    private Recovery(ChainDirectory directory, LogContext context, SegmentStart begun, Optional<Checkpoint> checkpoint)
            throws IOException {
        this.directory = directory;
        this.context = context;
        this.begun = begun;
        this.seal = new LineSeal(context.signer().sealKey(begun.origin()));
        this.checkpoint = checkpoint;
        this.tree = new TreeEdge();
        this.head = new byte[0];
    }

    /**
     * Looks, and changes nothing. Empty where the chain was never begun.
     *
     * @param id the log's
     * @throws LostChainException if the chain is not to be continued
     */
    static Optional<Recovery> of(ChainDirectory directory, LogContext context, String id) throws IOException {
        Optional<Checkpoint> checkpoint =
                directory.lastCheckpoint(stated -> context.believes(stated, id, directory.number()));
        List<TornEnd> stillborn = new ArrayList<>();
        List<Path> segments = directory.segments();
        for (int last = segments.size() - 1; last >= 0; last--) {
            Path segment = segments.get(last);
            if (hasLine(segment)) {
                Recovery found = new Recovery(directory, context, begun(directory, segment, id), checkpoint);
                found.torn.addAll(stillborn);
                found.read();
                return Optional.of(found);
            }
            stillborn.add(TornEnd.of(segment, 0));
        }
        long known = context.known(origin -> origin.log().equals(id) && origin.slot() == directory.number());
        if (known > 0) {
            throw new LostChainException(
                    directory, "an anchor says that there were " + known + " lines, and there are none.");
        }
        if (checkpoint.isPresent()) {
            throw new LostChainException(
                    directory,
                    "a checkpoint says that there were " + checkpoint.get().size() + " lines, and there are none.");
        }
        // A crash in the middle of the very first write: nothing was ever acknowledged.
        for (TornEnd one : stillborn) {
            one.cutOff(context);
        }
        return Optional.empty();
    }

    private static boolean hasLine(Path segment) throws IOException {
        try (LineReader lines = new LineReader(segment)) {
            return lines.next();
        }
    }

    private static SegmentStart begun(ChainDirectory directory, Path segment, String id) throws IOException {
        SegmentStart begun = SegmentStart.of(segment, directory.number())
                .orElseThrow(() -> new LostChainException(directory, segment + " does not begin as a segment does."));
        Origin origin = begun.origin();
        if (!origin.log().equals(id) || origin.slot() != directory.number()) {
            throw new LostChainException(directory, "it is a copy, or another log's: it calls itself " + origin + ".");
        }
        return begun;
    }

    private void read() throws IOException {
        Optional<EdgeCache> cached = checkpoint.flatMap(stated -> EdgeCache.read(directory, stated, seal));
        if (cached.isEmpty() || !beginAt(cached.get())) {
            beginAtFirstLine();
        }
        try (LineReader lines = new LineReader(begun.segment(), bytes, seal)) {
            while (lines.next() && lines.number() == tree.size() + 1 && lines.follows(head) && lines.isSealed()) {
                accept(lines);
            }
        }
        if (checkpoint.filter(stated -> stated.size() > tree.size()).isPresent()) {
            throw new LostChainException(
                    directory,
                    begun.segment() + " is valid up to line " + tree.size()
                            + " of the chain, and a checkpoint says that line "
                            + checkpoint.get().size() + " was there.");
        }
        long known = context.known(begun.origin()::equals);
        if (known > tree.size()) {
            throw new LostChainException(
                    directory,
                    "it ends with line " + tree.size() + ", and an anchor says that there were " + known
                            + ": it was put back to an older state.");
        }
        TornEnd rest = TornEnd.of(begun.segment(), bytes);
        if (rest.provesLoss(tree.size(), seal)) {
            throw new LostChainException(
                    directory,
                    begun.segment() + " is damaged behind line " + tree.size()
                            + " of the chain, and a genuine line behind that says that there were more.");
        }
        if (!rest.isEmpty()) {
            torn.add(rest);
        }
        readCheckpoints();
    }

    /** Whether the cache leads to a genuine line of that number. */
    private boolean beginAt(EdgeCache edge) throws IOException {
        if (edge.segment() != segment() || edge.bytes() > Files.size(begun.segment())) {
            return false;
        }
        long from = LastLine.beginning(begun.segment(), edge.bytes());
        try (LineReader lines = new LineReader(begun.segment(), from, seal)) {
            boolean fits = lines.next()
                    && lines.position() == edge.bytes()
                    && lines.number() == edge.tree().size()
                    && lines.isSealed();
            if (fits) {
                tree = edge.tree();
                nodes = new TreeNodes(begun.number() - 1, tree.size());
                head = lines.leaf();
                bytes = edge.bytes();
            }
            return fits;
        }
    }

    private void beginAtFirstLine() throws IOException {
        try (LineReader lines = new LineReader(begun.segment(), 0, seal)) {
            if (!lines.next() || !lines.isSealed()) {
                throw new LostChainException(
                        directory, begun.segment() + " begins with a line that the audit key did not seal.");
            }
            tree = begun.edge()
                    .orElseThrow(() -> new LostChainException(
                            directory, begun.segment() + " does not begin with an edge of the chain's tree."));
            nodes = new TreeNodes(tree.size(), tree.size());
            accept(lines);
        }
    }

    private void accept(LineReader lines) throws IOException {
        head = lines.leaf();
        tree.add(head, nodes);
        bytes = lines.position();
        if (checkpoint.isPresent()
                && checkpoint.get().size() == tree.size()
                && !checkpoint.get().root().equals(Hashes.hex(tree.root()))) {
            throw new LostChainException(
                    directory, "line " + tree.size() + " of the chain is not the one that a checkpoint was made of.");
        }
    }

    /** What is behind the last checkpoint that is to be believed is half a note, or one that the audit key did not sign. */
    private void readCheckpoints() throws IOException {
        Path file = ChainDirectory.checkpoints(begun.segment());
        CheckpointFile.Last last = CheckpointFile.readLast(
                file, stated -> context.believes(stated, begun.origin().log(), directory.number()));
        checkpointBytes = last.bytes();
        if (last.rest() > 0) {
            torn.add(TornEnd.of(file, last.bytes()));
        }
    }

    ChainDirectory directory() {
        return directory;
    }

    Origin origin() {
        return begun.origin();
    }

    SegmentStart begun() {
        return begun;
    }

    /** The number of the last segment. */
    int segment() {
        return ChainDirectory.numberOf(begun.segment());
    }

    /** Whether the last segment is another lock's, whose writer may still be at it, or may not be written. */
    boolean isOutOfReach(String lock) {
        return !begun.lock().equals(lock) || !Files.isWritable(begun.segment());
    }

    /** Whether its writer ended it. */
    boolean isClosed() throws IOException {
        long from = LastLine.beginning(begun.segment(), bytes);
        try (LineReader lines = new LineReader(begun.segment(), from, seal)) {
            return lines.next() && lines.event() == AuditEvent.SEGMENT_CLOSED;
        }
    }

    /** The tree over the valid lines. */
    TreeEdge tree() {
        return tree;
    }

    /** The nodes of the tree that the lines completed which were read. */
    TreeNodes nodes() {
        return nodes;
    }

    /** The hash of the last valid line. */
    byte[] head() {
        return head.clone();
    }

    /** How long the valid part of the last segment is. */
    long bytes() {
        return bytes;
    }

    /** How many lines the last checkpoint covers. */
    long checkpointed() {
        return checkpoint.map(Checkpoint::size).orElse(0L);
    }

    /** How long the valid part of the checkpoints beside the last segment is. */
    long checkpointBytes() {
        return checkpointBytes;
    }

    /** What is to be cut off. */
    List<TornEnd> torn() {
        return torn;
    }

    /** Finds where the line begins that ends at some place. */
    private static final class LastLine {
        static long beginning(Path file, long end) throws IOException {
            long from = Math.max(0, end - LogLine.MAX_BYTES - 1);
            byte[] before;
            try (var input = LogFiles.read(file, from)) {
                before = input.readNBytes((int) (end - from));
            }
            for (int i = before.length - 2; i >= 0; i--) {
                if (before[i] == '\n') {
                    return from + i + 1;
                }
            }
            return from;
        }
    }
}
