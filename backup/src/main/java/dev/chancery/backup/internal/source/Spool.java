package dev.chancery.backup.internal.source;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes kept aside in a temporary file, so that the memory does not grow with the number of keys. Nothing secret. Not thread-safe. */
final class Spool implements AutoCloseable {
    private final Path path;
    private final RandomAccessFile file;

    /** Where some bytes are. */
    record Slot(long offset, int length) {}

    Spool() throws IOException {
        path = Files.createTempFile("chancery-backup-", ".spool");
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    Slot put(byte[] bytes) throws IOException {
        Slot slot = new Slot(file.length(), bytes.length);
        file.seek(slot.offset());
        file.write(bytes);
        return slot;
    }

    byte[] get(Slot slot) throws IOException {
        byte[] bytes = new byte[slot.length()];
        file.seek(slot.offset());
        file.readFully(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
