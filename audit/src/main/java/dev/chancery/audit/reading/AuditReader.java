package dev.chancery.audit.reading;

import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.reading.ChainRecords;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads the records of a log in the order of their time, of all chains together. Looks, and proves nothing:
 * {@link AuditVerifier} does. A log that is being written to may be read; what is not yet a whole line is left out.
 */
public final class AuditReader {
    private static final Comparator<StoredRecord> BY_TIME = Comparator.comparing(
                    (StoredRecord stored) -> stored.record().timestamp())
            .thenComparing(StoredRecord::chain)
            .thenComparing(StoredRecord::sequence);

    private AuditReader() {}

    /**
     * Reads a log. Constant memory at any size.
     *
     * @param directory the log's directory
     * @return its records, oldest first; to be closed. It throws {@link MalformedLogException} at the first line that is no
     *     record, and {@link UncheckedIOException} where a file cannot be read
     * @throws ConfigurationException if the directory holds no log
     */
    public static Stream<StoredRecord> read(Path directory) {
        List<ChainRecords> chains = new ArrayList<>();
        try {
            for (ChainDirectory chain : ChainDirectory.all(directory)) {
                chains.add(new ChainRecords(chain));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stream(chains);
    }

    private static Stream<StoredRecord> stream(List<ChainRecords> chains) {
        Merged merged = new Merged(chains);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(merged, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(merged::close);
    }

    /**
     * Reads the last checkpoint of each chain, the log's own first; their signatures are not looked at. Kept elsewhere, they are an anchor: see {@link Anchors}.
     *
     * @param directory the log's directory
     * @return the checkpoints, by the number of their chain; none of a chain that has none yet
     * @throws ConfigurationException if the directory holds no log
     * @throws UncheckedIOException if a file cannot be read
     */
    public static List<Checkpoint> lastCheckpoints(Path directory) {
        List<Checkpoint> last = new ArrayList<>();
        try {
            for (ChainDirectory chain : ChainDirectory.all(directory)) {
                chain.lastCheckpoint(any -> true).ifPresent(last::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return last;
    }

    /** The records of all chains, oldest first. */
    private static final class Merged implements Iterator<StoredRecord> {
        private final List<ChainRecords> chains;
        private final PriorityQueue<ChainRecords> waiting =
                new PriorityQueue<>((a, b) -> BY_TIME.compare(a.peek(), b.peek()));

        Merged(List<ChainRecords> chains) {
            this.chains = chains;
            chains.stream().filter(ChainRecords::hasNext).forEach(waiting::add);
        }

        @Override
        public boolean hasNext() {
            return !waiting.isEmpty();
        }

        @Override
        public StoredRecord next() {
            ChainRecords chain = waiting.poll();
            if (chain == null) {
                throw new NoSuchElementException();
            }
            StoredRecord oldest = chain.next();
            if (chain.hasNext()) {
                waiting.add(chain);
            }
            return oldest;
        }

        void close() {
            chains.forEach(ChainRecords::close);
        }
    }
}
