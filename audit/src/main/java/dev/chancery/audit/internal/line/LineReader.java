package dev.chancery.audit.internal.line;

import dev.chancery.audit.record.AuditEvent;
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

/**
 * Reads a segment line by line at the speed of hashing: number, {@code prev} and hash of each line, without taking the JSON
 * apart. Ends at the first line that is not whole or does not begin like a record. Not thread-safe.
 */
public final class LineReader implements Closeable {
    private static final byte[] SEQ = {'{', '"', 's', 'e', 'q', '"', ':'};
    private static final byte[] PREV = {',', '"', 'p', 'r', 'e', 'v', '"', ':', '"'};
    private static final int HEX = 64;
    private static final int CHUNK = 1 << 20;

    private final InputStream input;
    private final MessageDigest lineDigest = Sha256.digest();
    private final byte[] hash = new byte[32];
    private byte[] buffer = new byte[CHUNK];
    private int filled;
    private boolean atEnd;

    private int from;
    private int to;
    private int prevAt;
    private long number;
    private long position;
    private long lines;

    public LineReader(Path file) throws IOException {
        this.input = Files.newInputStream(file);
    }

    /**
     * Goes to the next line.
     *
     * @return whether there is one, whole and beginning like a record
     */
    public boolean next() throws IOException {
        int start = to;
        int newline = indexOfNewline(start);
        while (newline < 0 && !atEnd && filled - start <= LogLine.MAX_BYTES) {
            start = fill(start);
            newline = indexOfNewline(start);
        }
        if (newline < 0 || !hasHead(start, newline)) {
            from = start;
            to = start;
            return false;
        }
        from = start;
        to = newline + 1;
        position += to - from;
        lines++;
        lineDigest.update(buffer, from, to - from);
        try {
            lineDigest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes.", e);
        }
        return true;
    }

    private int indexOfNewline(int start) {
        for (int i = start; i < filled; i++) {
            if (buffer[i] == LogLine.NEWLINE) {
                return i;
            }
        }
        return -1;
    }

    /** Moves what is left to the front and reads on; returns where the line now starts. */
    private int fill(int start) throws IOException {
        int left = filled - start;
        if (left > buffer.length / 2) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        System.arraycopy(buffer, start, buffer, 0, left);
        filled = left;
        int read = input.read(buffer, filled, buffer.length - filled);
        atEnd = read < 0;
        filled += Math.max(read, 0);
        from = 0;
        to = 0;
        return 0;
    }

    private boolean hasHead(int start, int end) {
        if (!startsWith(SEQ, start, end)) {
            return false;
        }
        long parsed = 0;
        int digit = start + SEQ.length;
        while (digit < end && buffer[digit] >= '0' && buffer[digit] <= '9' && parsed < Long.MAX_VALUE / 100) {
            parsed = 10 * parsed + buffer[digit] - '0';
            digit++;
        }
        number = parsed;
        prevAt = digit + PREV.length;
        return parsed > 0
                && startsWith(PREV, digit, end)
                && prevAt + HEX + 1 < end
                && buffer[prevAt + HEX] == '"'
                && buffer[end - 1] == '}';
    }

    private boolean startsWith(byte[] prefix, int at, int end) {
        return at + prefix.length <= end && Arrays.equals(buffer, at, at + prefix.length, prefix, 0, prefix.length);
    }

    /** The number that the line gives itself. */
    public long number() {
        return number;
    }

    /** SHA-256 of the line with its newline. */
    public byte[] hash() {
        return hash.clone();
    }

    /** Whether the line names that hash as the one before it. */
    public boolean follows(byte[] previousHash) {
        for (int i = 0; i < HEX; i++) {
            int nibble = (i & 1) == 0 ? previousHash[i >> 1] >> 4 & 0xf : previousHash[i >> 1] & 0xf;
            if (buffer[prevAt + i] != Character.forDigit(nibble, 16)) {
                return false;
            }
        }
        return true;
    }

    /** The hash of the line before, as the line has it. */
    public String prev() {
        return new String(buffer, prevAt, HEX, StandardCharsets.US_ASCII);
    }

    /** What the line tells of; the whole of it must be a record. */
    public AuditEvent event(Path file) {
        return LogLine.event(buffer, from, to - from, file, lines);
    }

    /** The line's bytes with the newline. */
    public byte[] line() {
        return Arrays.copyOfRange(buffer, from, to);
    }

    /** Adds the line's bytes to a digest of the file. */
    public void addTo(MessageDigest digest) {
        digest.update(buffer, from, to - from);
    }

    /** How many bytes have been read as lines. */
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
