package dev.chancery.audit.receipt;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.reading.ChainRecords;
import dev.chancery.audit.internal.reading.ChainTree;
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
        String origin = tree.segmentOf(sequence).origin().toString();
        StoredRecord head = firstHead(own, origin, sequence)
                .orElseThrow(() -> new ConfigurationException("No head of the chain that covers record " + sequence
                        + " is in the log's own chain yet. Make a checkpoint: chancery audit checkpoint."));
        long size = head.record().number("size").orElseThrow();
        Checkpoint ofChain = checkpoint(
                chain,
                stated -> stated.size() == size && stated.origin().toString().equals(origin));
        Checkpoint ofOwn = checkpoint(own, stated -> stated.size() >= head.sequence());
        return new Receipt(prove(tree, sequence, ofChain), prove(new ChainTree(own), head.sequence(), ofOwn));
    }

    /** The first that covers the record: its cosignatures are the earliest. */
    private static Optional<StoredRecord> firstHead(ChainDirectory own, String origin, long sequence)
            throws IOException {
        try (ChainRecords records = new ChainRecords(own)) {
            while (records.hasNext()) {
                StoredRecord stored = records.next();
                if (stored.record().event() == AuditEvent.CHAIN_HEAD
                        && stored.record().field("origin").equals(Optional.of(origin))
                        && stored.record().number("size").orElse(0) >= sequence) {
                    return Optional.of(stored);
                }
            }
            return Optional.empty();
        }
    }

    private Checkpoint checkpoint(ChainDirectory chain, Predicate<Checkpoint> wanted) throws IOException {
        Optional<Checkpoint> first = Optional.empty();
        for (Path file : chain.checkpointFiles()) {
            for (Checkpoint stated : CheckpointFile.read(file).checkpoints()) {
                if (wanted.test(stated) && stated.isSignedBy(key)) {
                    if (stated.isCosigned()) {
                        return stated; // the earliest that a witness has seen
                    }
                    first = first.isPresent() ? first : Optional.of(stated);
                }
            }
        }
        if (first.isPresent()) {
            return first.get();
        }
        throw new ConfigurationException("No checkpoint of the chain in " + chain.path() + " that " + key.name()
                + " signed covers that record yet. Make one: chancery audit checkpoint.");
    }

    private static TlogProof prove(ChainTree tree, long sequence, Checkpoint checkpoint) throws IOException {
        String line = line(tree, sequence);
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

    private static String line(ChainTree tree, long sequence) throws IOException {
        Path segment = tree.segmentOf(sequence).segment();
        try (LineReader lines = new LineReader(segment)) {
            while (lines.next()) {
                if (lines.number() == sequence) {
                    return new String(lines.line(), StandardCharsets.ISO_8859_1);
                }
            }
        }
        throw new IntegrityException(segment + " has no line " + sequence + " of its chain.");
    }
}
