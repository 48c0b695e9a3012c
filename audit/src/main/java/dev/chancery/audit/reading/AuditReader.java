package dev.chancery.audit.reading;

import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.internal.reading.ChainRecords;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
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

    /**
     * Finds the last record of some events, from the end back: however long the log is, only what was written lately is read.
     *
     * @param directory the log's directory
     * @param events which
     * @param since segments that were last written before that are left out
     * @param wanted which records of those events count
     * @return the last one of each event that is there; none that is older than {@code since}
     * @throws ConfigurationException if the directory holds no log
     * @throws MalformedLogException at a line that begins as such a record and is none
     * @throws UncheckedIOException if a file cannot be read
     */
    public static Map<AuditEvent, StoredRecord> last(
            Path directory, Set<AuditEvent> events, Instant since, Predicate<AuditRecord> wanted) {
        Map<AuditEvent, StoredRecord> last = new EnumMap<>(AuditEvent.class);
        try {
            for (ChainDirectory chain : ChainDirectory.all(directory)) {
                last(chain, events, since, wanted)
                        .forEach((event, found) -> last.merge(
                                event, found, (one, other) -> BY_TIME.compare(one, other) < 0 ? other : one));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        last.values().removeIf(found -> found.record().timestamp().isBefore(since));
        return last;
    }

    private static Map<AuditEvent, StoredRecord> last(
            ChainDirectory chain, Set<AuditEvent> events, Instant since, Predicate<AuditRecord> wanted)
            throws IOException {
        Map<AuditEvent, StoredRecord> last = new EnumMap<>(AuditEvent.class);
        List<Path> segments = new ArrayList<>(chain.segments());
        Collections.reverse(segments);
        for (Path segment : segments) {
            boolean old = Files.getLastModifiedTime(segment).toInstant().isBefore(since);
            if (old || last.keySet().containsAll(events)) {
                break;
            }
            Map<AuditEvent, StoredRecord> here = new EnumMap<>(AuditEvent.class);
            try (LineReader lines = new LineReader(segment)) {
                while (lines.next()) {
                    if (lines.statedEvent().filter(events::contains).isPresent()) {
                        StoredRecord found = lines.record(chain.number());
                        if (wanted.test(found.record())) {
                            here.put(found.record().event(), found);
                        }
                    }
                }
            }
            here.forEach(last::putIfAbsent);
        }
        return last;
    }

    /**
     * When the oldest segment that is there was begun, by its own word.
     *
     * @param directory the log's directory
     * @return the instant; empty if no segment begins as one does
     * @throws ConfigurationException if the directory holds no log
     * @throws UncheckedIOException if a file cannot be read
     */
    public static Optional<Instant> beginning(Path directory) {
        Optional<Instant> first = Optional.empty();
        try {
            for (ChainDirectory chain : ChainDirectory.all(directory)) {
                List<Path> segments = chain.segments();
                Optional<Instant> begun = segments.isEmpty()
                        ? Optional.empty()
                        : SegmentStart.of(segments.get(0), chain.number())
                                .map(start -> start.record().timestamp());
                first = Stream.concat(first.stream(), begun.stream()).min(Comparator.naturalOrder());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return first;
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
