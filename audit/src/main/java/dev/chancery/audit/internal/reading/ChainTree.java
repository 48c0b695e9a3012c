package dev.chancery.audit.internal.reading;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.tree.TreeEdge;
import dev.chancery.audit.internal.tree.TreeHash;
import dev.chancery.audit.internal.tree.TreeLayout;
import dev.chancery.error.IntegrityException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Merkle tree over a chain's lines, for proofs (RFC 6962 section 2.1): from the files of nodes beside the segments, which are
 * caches. What comes out must be checked against a signed root; {@link #rebuild} makes the files from the lines again. Not thread-safe.
 */
public final class ChainTree {
    private final TreeHash hash = new TreeHash();
    private final SegmentStarts segments;
    private final SegmentStart first;

    /** The tree of the chain of a directory, as far as its segments go. */
    public ChainTree(ChainDirectory chain) throws IOException {
        this.segments = new SegmentStarts(chain);
        this.first = segments.first()
                .orElseThrow(() -> new IntegrityException("The chain in " + chain.path() + " has no lines."));
    }

    /** The first line of the segment that holds a line, or should. */
    public SegmentStart segmentOf(long number) throws IOException {
        return segments.holding(number)
                .orElseThrow(() -> new IntegrityException(
                        "Line " + number + " of the chain is not there any longer, or never was."));
    }

    /** PATH(index, D[size]): what proves that the line with that index, counted from 0, is among the first lines. */
    public List<byte[]> inclusion(long index, long size) throws IOException {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("The line " + index + " is not among the first " + size + ".");
        }
        List<byte[]> path = new ArrayList<>();
        path(index, 0, size, path);
        return path;
    }

    private void path(long index, long from, long to, List<byte[]> path) throws IOException {
        if (to - from > 1) {
            long middle = from + Long.highestOneBit(to - from - 1);
            if (index < middle) {
                path(index, from, middle, path);
                path.add(range(middle, to));
            } else {
                path(index, middle, to, path);
                path.add(range(from, middle));
            }
        }
    }

    /** PROOF(from, D[size]): what proves that the first lines are the first of more. */
    public List<byte[]> consistency(long from, long size) throws IOException {
        if (from < 1 || from > size) {
            throw new IllegalArgumentException("The first " + from + " lines are not the first of " + size + ".");
        }
        List<byte[]> proof = new ArrayList<>();
        subproof(from, 0, size, true, proof);
        return proof;
    }

    private void subproof(long size, long from, long to, boolean known, List<byte[]> proof) throws IOException {
        if (size == to) {
            if (!known) {
                proof.add(range(from, to));
            }
            return;
        }
        long middle = from + Long.highestOneBit(to - from - 1);
        if (size <= middle) {
            subproof(size, from, middle, known, proof);
            proof.add(range(middle, to));
        } else {
            subproof(size, middle, to, false, proof);
            proof.add(range(from, middle));
        }
    }

    /** The root over the first lines. */
    public byte[] root(long size) throws IOException {
        return range(0, size);
    }

    private byte[] range(long from, long to) throws IOException {
        long width = to - from;
        if (Long.bitCount(width) == 1 && from % width == 0) {
            return node(Long.numberOfTrailingZeros(width), from / width);
        }
        long middle = from + Long.highestOneBit(width - 1);
        return hash.node(range(from, middle), range(middle, to));
    }

    private byte[] node(int level, long index) throws IOException {
        long completed = TreeLayout.completedAt(level, index);
        if (completed < first.number()) {
            return ofWhatWent(level, index);
        }
        SegmentStart start = segmentOf(completed);
        Path file = ChainDirectory.tree(start.segment());
        LogFiles.requireFileIfThere(file);
        byte[] node = new byte[TreeHash.BYTES];
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            open.seek((TreeLayout.before(level, index) - TreeLayout.nodes(start.number() - 1)) * TreeHash.BYTES);
            open.readFully(node);
        }
        return node;
    }

    /** The edge in the first line that is left has all that any proof from there on needs. */
    private byte[] ofWhatWent(int level, long index) {
        long from = 0;
        List<byte[]> roots = first.edge().map(TreeEdge::subtrees).orElse(List.of());
        for (byte[] root : roots) {
            long width = Long.highestOneBit(first.number() - 1 - from);
            if (from == index << level && width == 1L << level) {
                return root;
            }
            from += width;
        }
        throw new IntegrityException("The lines that this proof needs were removed.");
    }

    /** Makes the files of nodes again, from the lines and the edges in the first line of each segment. */
    public void rebuild() throws IOException {
        for (int i = 0; i < segments.count(); i++) {
            Optional<SegmentStart> start = segments.start(i);
            if (start.isPresent()) {
                rebuild(start.get(), firstNumberBehind(i));
            }
        }
    }

    private long firstNumberBehind(int index) throws IOException {
        for (int i = index + 1; i < segments.count(); i++) {
            Optional<SegmentStart> next = segments.start(i);
            if (next.isPresent()) {
                return next.get().number();
            }
        }
        return Long.MAX_VALUE;
    }

    private static void rebuild(SegmentStart start, long next) throws IOException {
        TreeEdge edge = start.edge()
                .orElseThrow(() ->
                        new IntegrityException(start.segment() + " does not begin with an edge of the chain's tree."));
        Path tree = ChainDirectory.tree(start.segment());
        LogFiles.requireFileIfThere(tree);
        try (LineReader lines = new LineReader(start.segment());
                RandomAccessFile file = new RandomAccessFile(tree.toFile(), "rw")) {
            file.setLength(0);
            ByteArrayOutputStream nodes = new ByteArrayOutputStream();
            while (edge.size() + 1 < next && lines.next()) {
                edge.add(lines.leaf(), nodes::writeBytes);
                if (nodes.size() > 1 << 16) {
                    file.write(nodes.toByteArray());
                    nodes.reset();
                }
            }
            file.write(nodes.toByteArray());
        }
    }
}
