package dev.chancery.audit.internal.files;

import java.io.Closeable;
import java.io.IOException;

/** A file of the log that is open for writing. Any thread may write; an interrupt changes nothing. Not thread-safe. */
public interface LogFile extends Closeable {

    /** Writes bytes; they are durable when this returns. */
    void write(long position, byte[] bytes, int length) throws IOException;

    /** Makes the file that long; durable when this returns. */
    void truncate(long length) throws IOException;

    /**
     * Insists that the path still leads to this file, and that it has not become shorter.
     *
     * @throws LostFileException if not
     */
    void requireInPlace(long least) throws IOException;
}
