package dev.chancery.backup.internal.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Bytes kept aside in a temporary file, so that the memory does not grow with the number of keys; what is taken out in the order in which it was put in is read
 * in large pieces. Nothing secret. Not thread-safe.
 */
final class Spool implements AutoCloseable {
    private static final int PIECE = 1 << 16;

    private final Path path;
    private final RandomAccessFile file;

    /** What is not in the file yet: its end. */
    private final ByteArrayOutputStream end = new ByteArrayOutputStream();

    private long written;
    private byte[] piece = {};
    private long start;

    /** Where some bytes are. */
    record Slot(long offset, int length) {}

    Spool() throws IOException {
        path = Files.createTempFile("chancery-backup-", ".spool");
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    Slot put(byte[] bytes) throws IOException {
        Slot slot = new Slot(written + end.size(), bytes.length);
        end.writeBytes(bytes);
        if (end.size() >= PIECE) {
            flush();
        }
        return slot;
    }

    private void flush() throws IOException {
        file.seek(written);
        file.write(end.toByteArray());
        written += end.size();
        end.reset();
    }

    byte[] get(Slot slot) throws IOException {
        if (end.size() > 0) {
            flush();
        }
        if (slot.offset() < start || slot.offset() + slot.length() > start + piece.length) {
            start = slot.offset();
            piece = new byte[(int) Math.min(Math.max(PIECE, slot.length()), written - start)];
            file.seek(start);
            file.readFully(piece);
        }
        int from = (int) (slot.offset() - start);
        return Arrays.copyOfRange(piece, from, from + slot.length());
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
