package dev.chancery.backup.internal.tar;

import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads an archive from one end to the other, its integrity at the end; refuses what no backup holds. Stateless. */
public final class ArchiveReader {
    private static final int BUFFER = 1 << 16;

    private ArchiveReader() {}

    /** Is shown an archive's files, in their order. */
    public interface Visitor {
        /** A file of the layout; its bytes are wiped afterwards. */
        void file(LayoutPath path, byte[] content) throws IOException;

        /** What the archive says of itself, to be read or not. */
        void ofArchive(LayoutPath path, InputStream content) throws IOException;

        /** A file that has no place in the layout. */
        void other(String name);
    }

    /** A visitor's own trouble, such as a full disk, says nothing of the archive. */
    private static final class VisitorFailedException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final IOException why;

        VisitorFailedException(IOException why) {
            super(why);
            this.why = why;
        }
    }

    /** Shows a visitor all there is; it may believe it when this returns. */
    public static void read(InputStream archive, ArchiveKey key, Visitor visitor) throws IOException {
        try (InputStream content = key.open(new BufferedInputStream(archive, BUFFER))) {
            try {
                readTar(content, visitor);
            } catch (VisitorFailedException e) {
                throw e.why;
            } catch (ChanceryException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw new IntegrityException(
                        "The archive is damaged: " + e.getMessage() + ". Take another copy of it, or another archive.",
                        e);
            }
            byte[] rest = new byte[BUFFER];
            while (content.read(rest) >= 0) {
                // To the end, where the integrity of all of it shows.
            }
        }
    }

    private static void readTar(InputStream content, Visitor visitor) throws IOException {
        Limits limits = new Limits();
        EntryNames names = new EntryNames();
        InputStream plain = limits.unpacked(new GZIPInputStream(limits.packed(content), BUFFER));
        TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8");
        int count = 0;
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++count > Limits.MOST_ENTRIES) {
                throw new IntegrityException(
                        "The archive is refused: it has more than " + Limits.MOST_ENTRIES + " entries.");
            }
            boolean directory = entry.getLinkFlag() == TarArchiveEntry.LF_DIR;
            boolean file = entry.getLinkFlag() == TarArchiveEntry.LF_NORMAL
                    || (entry.getLinkFlag() == TarArchiveEntry.LF_OLDNORM
                            && !entry.getName().endsWith("/"));
            if (!directory && !file || entry.isSparse()) {
                throw EntryNames.refused(entry.getName(), "a link, device or other special entry");
            }
            String path = names.take(entry.getName(), directory);
            if (file) {
                show(LayoutPath.of(path), entry.getSize(), tar, visitor);
            }
        }
        byte[] padding = new byte[BUFFER];
        while (plain.read(padding) >= 0) {
            // The end of the gzip stream has its checksum.
        }
    }

    private static void show(LayoutPath path, long size, InputStream tar, Visitor visitor) throws IOException {
        if (path.kind() == LayoutPath.Kind.OTHER) {
            visitor.other(path.path());
            return;
        }
        if (path.kind() == LayoutPath.Kind.OF_ARCHIVE) {
            visitor.ofArchive(path, tar);
            return;
        }
        if (size > path.kind().largest()) {
            throw EntryNames.refused(
                    path.path(),
                    "a file of " + size + " bytes where at most " + path.kind().largest() + " belong");
        }
        byte[] bytes = tar.readNBytes((int) size);
        if (bytes.length != size) {
            throw new IOException("it ends within " + path);
        }
        try {
            visitor.file(path, bytes);
        } catch (IOException e) {
            throw new VisitorFailedException(e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
