package dev.chancery.audit.receipt;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.reading.ChainRecords;
import dev.chancery.audit.internal.reading.ChainTree;
import dev.chancery.audit.internal.reading.SegmentStarts;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes receipts of a log's records. Every proof is checked against the signed root before it leaves. */
public final class Receipts {
    private final Path log;
    private final VerificationKey key;

    private Receipts(Path log, VerificationKey key) {
        this.log = log;
        this.key = key;
    }

    /**
     * Makes the receipt of one record.
     *
     * @param log the log's directory
     * @param key the log's verification key
     * @param chain the number of the chain, at least 1
     * @param sequence the record's number in its chain
     * @return the receipt
     * @throws ConfigurationException if no head that covers the record is in the log's own chain yet: make a checkpoint
     * @throws IntegrityException if the record was removed, or the log is damaged
     * @throws UncheckedIOException if a file cannot be read
     */
    public static Receipt of(Path log, VerificationKey key, int chain, long sequence) {
        try {
            return new Receipts(log, key).of(ChainDirectory.of(log, chain), sequence);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Receipt of(ChainDirectory chain, long sequence) throws IOException {
        ChainDirectory own = ChainDirectory.of(log, ChainDirectory.OWN);
        ChainTree tree = new ChainTree(chain);
        SegmentStart segment = tree.segmentOf(sequence);
        byte[] line = line(segment.segment(), sequence);
        Instant made = LogLine.parse(line, segment.segment(), 1, chain.number())
                .record()
                .timestamp();
        StoredRecord head = firstHead(own, segment.origin(), sequence, made)
                .orElseThrow(() -> new ConfigurationException("No head of the chain that covers record " + sequence
                        + " is in the log's own chain yet. Make a checkpoint: chancery audit checkpoint."));
        long size = head.record().number("size").orElseThrow();
        Checkpoint ofChain = checkpoint(
                List.of(ChainDirectory.checkpoints(tree.segmentOf(size).segment())),
                stated -> stated.size() == size && stated.origin().equals(segment.origin()));
        byte[] headLine = line(head.file(), head.sequence());
        return new Receipt(
                prove(tree, line, sequence, ofChain),
                prove(new ChainTree(own), headLine, head.sequence(), ofOwn(own, head)));
    }

    /**
     * The first that covers the record: its cosignatures are the earliest. Clocks are no proof, so they only say where to begin: a head
     * that does not cover the record yet shows that no earlier one does.
     */
    private static Optional<StoredRecord> firstHead(ChainDirectory own, Origin origin, long sequence, Instant made)
            throws IOException {
        int about =
                new SegmentStarts(own).last(start -> !start.record().timestamp().isAfter(made));
        for (int back = 0; ; back = 2 * back + 1) {
            int from = Math.max(0, about - back);
            boolean isFirst = from == 0;
            Optional<StoredRecord> found = Optional.empty();
            try (ChainRecords records = new ChainRecords(own, from)) {
                while (records.hasNext() && found.isEmpty()) {
                    StoredRecord stored = records.next();
                    if (stored.record().event() == AuditEvent.CHAIN_HEAD
                            && stored.record().field("origin").equals(Optional.of(origin.toString()))) {
                        boolean covers = stored.record().number("size").orElse(0) >= sequence;
                        found = covers ? Optional.of(stored) : found;
                        isFirst |= !covers;
                    }
                }
            }
            if (isFirst) {
                return found;
            }
        }
    }

    /** The checkpoint of the log's own chain that covers a head: the earliest that a witness has seen, if there is one. */
    private Checkpoint ofOwn(ChainDirectory own, StoredRecord head) throws IOException {
        int segment = ChainDirectory.numberOf(head.file());
        List<Path> files = own.checkpointFiles().stream()
                .filter(file -> ChainDirectory.numberOf(file) >= segment)
                .toList();
        Optional<Checkpoint> cosigned = find(files, stated -> stated.size() >= head.sequence() && stated.isCosigned());
        return cosigned.isPresent() ? cosigned.get() : checkpoint(files, stated -> stated.size() >= head.sequence());
    }

    private Checkpoint checkpoint(List<Path> files, Predicate<Checkpoint> wanted) throws IOException {
        return find(files, wanted)
                .orElseThrow(() -> new ConfigurationException("No checkpoint in " + files + " that " + key.name()
                        + " signed covers that record yet. Make one: chancery audit checkpoint."));
    }

    private Optional<Checkpoint> find(List<Path> files, Predicate<Checkpoint> wanted) throws IOException {
        for (Path file : files) {
            for (Checkpoint stated : CheckpointFile.read(file).checkpoints()) {
                if (wanted.test(stated) && stated.isSignedBy(key)) {
                    return Optional.of(stated);
                }
            }
        }
        return Optional.empty();
    }

    private static TlogProof prove(ChainTree tree, byte[] bytes, long sequence, Checkpoint checkpoint)
            throws IOException {
        String line = new String(bytes, StandardCharsets.ISO_8859_1);
        Optional<TlogProof> proof = tryToProve(tree, line, sequence, checkpoint);
        if (proof.isEmpty()) {
            tree.rebuild();
            proof = tryToProve(tree, line, sequence, checkpoint);
        }
        return proof.orElseThrow(
                () -> new IntegrityException(
                        "Record " + sequence + " of " + checkpoint.origin()
                                + " cannot be proven: the lines do not lead to the root that was signed. Look with `chancery audit verify`."));
    }

    private static Optional<TlogProof> tryToProve(ChainTree tree, String line, long sequence, Checkpoint checkpoint)
            throws IOException {
        try {
            TlogProof proof =
                    new TlogProof(line, sequence - 1, tree.inclusion(sequence - 1, checkpoint.size()), checkpoint);
            return proof.holds() ? Optional.of(proof) : Optional.empty();
        } catch (EOFException | FileNotFoundException cacheIsGone) {
            return Optional.empty();
        }
    }

    private static byte[] line(Path segment, long sequence) throws IOException {
        return LineReader.find(segment, sequence)
                .orElseThrow(() -> new IntegrityException(segment + " has no line " + sequence + " of its chain."));
    }
}
