package dev.chancery.audit.internal.reading;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of one chain, one segment after the other. Not thread-safe. */
public final class ChainRecords implements Iterator<StoredRecord>, AutoCloseable {
    private final ChainDirectory chain;
    private final List<Path> segments;
    private int following;
    private @Nullable OpenSegment open;
    private Optional<StoredRecord> ahead = Optional.empty();

    /** Begins with the first record. */
    public ChainRecords(ChainDirectory chain) throws IOException {
        this(chain, 0);
    }

    /**
     * Begins with the first record of a segment.
     *
     * @param segment which one, counted from 0
     */
    public ChainRecords(ChainDirectory chain, int segment) throws IOException {
        this.chain = chain;
        this.segments = chain.segments();
        this.following = segment;
        advance();
    }

    /** The next record, which stays the next. */
    public StoredRecord peek() {
        return ahead.orElseThrow(NoSuchElementException::new);
    }

    @Override
    public boolean hasNext() {
        return ahead.isPresent();
    }

    @Override
    public StoredRecord next() {
        StoredRecord next = peek();
        try {
            advance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return next;
    }

    private void advance() throws IOException {
        ahead = open == null ? Optional.empty() : open.next(chain.number());
        while (ahead.isEmpty()) {
            close();
            if (following == segments.size()) {
                return;
            }
            Path segment = segments.get(following++);
            Optional<SegmentStart> next = following < segments.size()
                    ? SegmentStart.of(segments.get(following), chain.number())
                    : Optional.empty();
            open = new OpenSegment(segment, next);
            ahead = open.next(chain.number());
        }
    }

    @Override
    public void close() {
        try {
            if (open != null) {
                open.lines.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            open = null;
        }
    }

    /**
     * A segment that is being read, as far as it counts: where the next one went on after a failure, that says how long this one was,
     * and what stands behind it may be an outsider's.
     */
    private static final class OpenSegment {
        private final Path file;
        private final LineReader lines;
        private final long given;
        private final boolean last;

        OpenSegment(Path file, Optional<SegmentStart> next) throws IOException {
            this.file = file;
            this.lines = new LineReader(file);
            this.given = next.isPresent() ? next.get().previousBytes().orElse(Long.MAX_VALUE) : Long.MAX_VALUE;
            this.last = next.isEmpty();
        }

        Optional<StoredRecord> next(int chain) throws IOException {
            if (lines.position() < given && lines.next()) {
                return lines.position() <= given ? Optional.of(lines.record(chain)) : Optional.empty();
            }
            if (!last && lines.position() < given && LogFiles.rest(file, lines.position()) > 0) {
                throw new MalformedLogException(file, lines.lines() + 1, "this is no record");
            }
            return Optional.empty();
        }
    }
}
