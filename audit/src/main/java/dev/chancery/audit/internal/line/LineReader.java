package dev.chancery.audit.internal.line;

import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.TreeHash;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.spi.support.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment line by line at the speed of hashing: number, {@code prev}, {@code acked}, seal and hash of each line, without
 * taking the JSON apart. Ends at the first line that is not whole or does not begin and end like a record. Not thread-safe.
 */
public final class LineReader implements Closeable {
    private static final byte[] SEQ = {'{', '"', 's', 'e', 'q', '"', ':'};
    private static final byte[] PREV = {',', '"', 'p', 'r', 'e', 'v', '"', ':', '"'};
    private static final byte[] ACKED = {'"', ',', '"', 'a', 'c', 'k', 'e', 'd', '"', ':'};
    private static final byte[] END = {'"', '}', LogLine.NEWLINE};
    private static final int HEX = 64;

    /** Most readers want no more than the first line. */
    private static final int FIRST_CHUNK = 1 << 13;

    /** More than a line has. */
    private static final int CHUNK = 1 << 17;

    private final Path file;
    private final InputStream input;
    private final @Nullable LineSeal seal;
    private final MessageDigest lineDigest = Sha256.digest();
    private final byte[] leaf = new byte[TreeHash.BYTES];
    private byte[] sealed = new byte[0];
    private byte[] buffer = new byte[FIRST_CHUNK];
    private int filled;
    private boolean atEnd;

    private int from;
    private int to;
    private int prevAt;
    private int bodyAt;
    private long number;
    private long acknowledged;
    private long position;
    private long lines;

    /** Reads a whole segment, without looking at seals. */
    public LineReader(Path file) throws IOException {
        this(file, 0, null);
    }

    /**
     * Reads a segment from a line on.
     *
     * @param position where that line begins
     * @param seal what seals the chain's lines; null to look at no seals
     */
    public LineReader(Path file, long position, @Nullable LineSeal seal) throws IOException {
        this.file = file;
        this.seal = seal;
        this.position = position;
        this.input = LogFiles.read(file, position);
    }

    /**
     * Finds a line by its number, by halving: however long the segment is, little of it is read.
     *
     * @param number the number
     * @return the line's bytes with the newline; empty if there is no such line
     */
    public static Optional<byte[]> find(Path segment, long number) throws IOException {
        long from = 0;
        long to = Files.size(segment);
        while (to - from > CHUNK) {
            long middle = (from + to) >>> 1;
            try (LineReader lines = new LineReader(segment, middle, null)) {
                if (lines.skip() && lines.next() && lines.number < number) {
                    from = lines.position;
                } else {
                    to = middle;
                }
            }
        }
        try (LineReader lines = new LineReader(segment, from, null)) {
            while (lines.next() && lines.number <= number) {
                if (lines.number == number) {
                    return Optional.of(lines.line());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Goes to the next line.
     *
     * @return whether there is one, whole and of the form of a record
     */
    public boolean next() throws IOException {
        int start = to;
        int newline = indexOfNewline(start, start);
        while (newline < 0 && !atEnd && filled - start < LogLine.MAX_BYTES) {
            int looked = filled - start;
            start = fill(start);
            newline = indexOfNewline(start, start + looked);
        }
        from = start;
        if (newline < 0 || newline - start >= LogLine.MAX_BYTES || !hasForm(start, newline + 1)) {
            to = start;
            return false;
        }
        to = newline + 1;
        position += to - from;
        lines++;
        hash();
        return true;
    }

    /**
     * Goes to where the next line may begin, behind what {@link #next} could not read.
     *
     * @return whether there is such a place
     */
    public boolean skip() throws IOException {
        int start = to + 1;
        while (true) {
            for (int i = start; i + SEQ.length <= filled; i++) {
                if (startsWith(SEQ, i, filled)) {
                    position += i - to;
                    to = i;
                    return true;
                }
            }
            int looked = Math.max(to, filled - SEQ.length);
            position += looked - to;
            start = fill(looked);
            if (atEnd) {
                return false;
            }
        }
    }

    private void hash() {
        int sealAt = to - LogLine.SEAL_BYTES;
        lineDigest.update(TreeHash.LEAF);
        lineDigest.update(buffer, from, sealAt - from);
        if (seal != null) {
            sealed = Hashes.soFar(lineDigest);
        }
        lineDigest.update(buffer, sealAt, LogLine.SEAL_BYTES);
        try {
            lineDigest.digest(leaf, 0, leaf.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes.", e);
        }
    }

    private int indexOfNewline(int start, int looked) {
        int end = Math.min(filled, start + LogLine.MAX_BYTES);
        for (int i = looked; i < end; i++) {
            if (buffer[i] == LogLine.NEWLINE) {
                return i;
            }
        }
        return -1;
    }

    /** Moves what is left to the front and reads on; returns where the line now starts. */
    private int fill(int start) throws IOException {
        int left = filled - start;
        byte[] chunk = filled == FIRST_CHUNK ? new byte[CHUNK] : buffer;
        System.arraycopy(buffer, start, chunk, 0, left);
        buffer = chunk;
        filled = left;
        int read = input.read(buffer, filled, buffer.length - filled);
        atEnd = read < 0;
        filled += Math.max(read, 0);
        from = 0;
        to = 0;
        return 0;
    }

    private boolean hasForm(int start, int end) {
        int afterNumber = startsWith(SEQ, start, end) ? skipDigits(start + SEQ.length, end) : -1;
        prevAt = afterNumber + PREV.length;
        int afterPrev = prevAt + HEX;
        if (afterNumber < 0 || !startsWith(PREV, afterNumber, end) || !startsWith(ACKED, afterPrev, end)) {
            return false;
        }
        int ackedAt = afterPrev + ACKED.length;
        bodyAt = skipDigits(ackedAt, end);
        int sealAt = end - LogLine.SEAL_BYTES;
        if (sealAt < bodyAt || !startsWith(LogLine.SEAL, sealAt, end) || !startsWith(END, end - END.length, end)) {
            return false;
        }
        number = parse(start + SEQ.length, afterNumber);
        acknowledged = parse(ackedAt, bodyAt);
        return number > 0
                && acknowledged >= 0
                && HexDigits.areAt(buffer, sealAt + LogLine.SEAL.length, end - END.length);
    }

    private int skipDigits(int at, int end) {
        int digit = at;
        while (digit < end && buffer[digit] >= '0' && buffer[digit] <= '9') {
            digit++;
        }
        return digit;
    }

    /** The number that digits make; negative where they make none that a line has. */
    private long parse(int start, int end) {
        boolean plain = end > start && end - start <= 18 && (buffer[start] != '0' || end == start + 1);
        long parsed = plain ? 0 : -1;
        for (int i = start; plain && i < end; i++) {
            parsed = 10 * parsed + buffer[i] - '0';
        }
        return parsed;
    }

    private boolean startsWith(byte[] prefix, int at, int end) {
        return at + prefix.length <= end && Arrays.equals(buffer, at, at + prefix.length, prefix, 0, prefix.length);
    }

    /** The number that the line gives itself. */
    public long number() {
        return number;
    }

    /** The number of the last line that was durable when this one was made. */
    public long acknowledged() {
        return acknowledged;
    }

    /** The hash of the line, newline included: a leaf of the chain's tree. */
    public byte[] leaf() {
        return leaf.clone();
    }

    /** What the line tells of, by its beginning alone; empty where it does not begin as a writer makes it. */
    public Optional<AuditEvent> statedEvent() {
        boolean begins = HexDigits.areAt(buffer, prevAt, prevAt + HEX) && acknowledged < number;
        return begins ? LogLine.statedEvent(buffer, bodyAt) : Optional.empty();
    }

    /** Whether the line's seal is right; to be asked only where it was said what seals. */
    public boolean isSealed() {
        if (seal == null) {
            throw new IllegalStateException("What seals the lines is not known.");
        }
        return seal.fits(sealed, buffer, to - LogLine.SEAL_BYTES + LogLine.SEAL.length);
    }

    /** Whether the line names that hash as the one before it. */
    public boolean follows(byte[] previous) {
        return HexDigits.areAt(buffer, prevAt, previous, TreeHash.BYTES);
    }

    /** The hash of the line before, as the line has it. */
    public String prev() {
        return new String(buffer, prevAt, HEX, StandardCharsets.US_ASCII);
    }

    /**
     * What the line tells of; the whole of it must be a record.
     *
     * @throws dev.chancery.audit.record.MalformedLogException if it is none
     */
    public AuditEvent event() {
        return LogLine.event(buffer, from, to - from, file, lines);
    }

    /**
     * The record.
     *
     * @param chain the number of the chain
     * @throws dev.chancery.audit.record.MalformedLogException if it is none
     */
    public StoredRecord record(int chain) {
        return LogLine.parse(line(), file, lines, chain);
    }

    /** The line's bytes with the newline. */
    public byte[] line() {
        return Arrays.copyOfRange(buffer, from, to);
    }

    /** Where what was read as lines ends. */
    public long position() {
        return position;
    }

    /** How many lines have been read. */
    public long lines() {
        return lines;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
