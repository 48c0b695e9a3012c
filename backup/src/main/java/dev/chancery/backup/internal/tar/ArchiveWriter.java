package dev.chancery.backup.internal.tar;

import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.backup.internal.layout.LayoutPath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes an archive: an encrypted message around a gzip tar that unpacks to a directory of keys with the right modes. One that is not
 * {@linkplain #finish finished} is no archive: its reader finds it cut off. Not thread-safe.
 */
public final class ArchiveWriter {
    private static final int DIRECTORY = 0040700;
    private static final int SECRET = 0100600;
    private static final int PUBLIC = 0100644;
    private static final int BUFFER = 1 << 16;

    private final TarArchiveOutputStream tar;
    private final Set<String> directories = new HashSet<>();

    /** Begins an archive; the stream behind it stays open. */
    public ArchiveWriter(OutputStream out, ArchiveLock lock) throws IOException {
        OutputStream encrypted = lock.close(out);
        GZIPOutputStream gzip = new GZIPOutputStream(new BufferedOutputStream(encrypted, BUFFER), BUFFER) {
            {
                // What is worth it is text; the rest is base64 of noise.
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
        // A tar comes in blocks of 512 bytes, and deflating each by itself costs as much again.
        tar = new TarArchiveOutputStream(new BufferedOutputStream(gzip, BUFFER), "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX); // of names in ASCII, as all are in the layout
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** Adds a file whose content is at hand. */
    public void add(LayoutPath path, byte[] content, Instant modified) throws IOException {
        begin(path, content.length, modified);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** Adds a file of that size. */
    public void add(LayoutPath path, InputStream content, long size, Instant modified) throws IOException {
        begin(path, size, modified);
        content.transferTo(tar);
        tar.closeArchiveEntry();
    }

    private void begin(LayoutPath path, long size, Instant modified) throws IOException {
        makeParents(path.path(), modified);
        TarArchiveEntry entry = entry(path.path(), path.kind().isPrivate() ? SECRET : PUBLIC, modified);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }

    private void makeParents(String path, Instant modified) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String directory = path.substring(0, slash + 1);
            if (directories.add(directory)) {
                tar.putArchiveEntry(entry(directory, DIRECTORY, modified));
                tar.closeArchiveEntry();
            }
        }
    }

    private static TarArchiveEntry entry(String name, int mode, Instant modified) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setModTime(modified.getEpochSecond() * 1000);
        return entry;
    }

    /** Ends the archive. */
    public void finish() throws IOException {
        tar.close();
    }
}
