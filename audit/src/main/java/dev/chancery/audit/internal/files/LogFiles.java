package dev.chancery.audit.internal.files;

import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileModes;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** The disk as the log sees it; a seam for tests of what a crash leaves. */
public interface LogFiles {

    /** The disk. */
    LogFiles DISK = new Disk();

    /** Makes a file that is not there yet, readable and writable by its owner alone; its name is durable. */
    LogFile create(Path file) throws IOException;

    /** Opens a file that is there. */
    LogFile open(Path file) throws IOException;

    /** Makes directories that are not there yet, open to their owner alone; their names are durable. */
    void makeDirectories(Path directory) throws IOException;

    /** Takes the right to write from the owner, too. */
    void seal(Path file) throws IOException;

    /** How much may still be written to the disk that a directory is on. */
    long usableSpace(Path directory) throws IOException;

    /** Reads a file from some place on; skipping what is before would read it. */
    static InputStream read(Path file, long from) throws IOException {
        return Channels.newInputStream(Files.newByteChannel(file).position(from));
    }

    /**
     * Insists that what is in a path, if anything, is a file. Opening a pipe waits for its other end, for ever; a link leads elsewhere.
     *
     * @throws IOException if it is something else
     */
    static void requireFileIfThere(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is no file");
        }
    }

    /** How many bytes a file has behind some place, without the NULs of room that was allocated ahead. */
    static long rest(Path file, long from) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            byte[] chunk = new byte[1 << 16];
            for (long end = open.length(); end > from; ) {
                int length = (int) Math.min(chunk.length, end - from);
                open.seek(end - length);
                open.readFully(chunk, 0, length);
                int used = length;
                while (used > 0 && chunk[used - 1] == 0) {
                    used--;
                }
                if (used > 0) {
                    return end - length + used - from;
                }
                end -= length;
            }
        }
        return 0;
    }

    /** Files on a real disk. */
    final class Disk implements LogFiles {
        private static final Set<PosixFilePermission> OWNER_READS = PosixFilePermissions.fromString("r--------");

        private final DurableFiles files = new DurableFiles();

        @Override
        public LogFile create(Path file) throws IOException {
            Files.createFile(file, FileModes.of(file, "rw-------"));
            try {
                files.forceDirectory(parent(file));
                return new OnDisk(file);
            } catch (IOException e) {
                Files.deleteIfExists(file); // else it is there when this is tried again, and looks like another's
                throw e;
            }
        }

        @Override
        public LogFile open(Path file) throws IOException {
            return new OnDisk(file);
        }

        @Override
        public void makeDirectories(Path directory) throws IOException {
            if (!Files.isDirectory(directory)) {
                makeDirectories(parent(directory));
                Files.createDirectories(directory, FileModes.of(directory, "rwx------"));
                files.forceDirectory(parent(directory));
            }
        }

        @Override
        public void seal(Path file) throws IOException {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, OWNER_READS);
            } else if (!file.toFile().setReadOnly()) {
                throw new IOException(file + " cannot be made read-only.");
            }
        }

        @Override
        public long usableSpace(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }

        private static Path parent(Path file) {
            return Objects.requireNonNull(file.toAbsolutePath().getParent());
        }
    }

    /**
     * A file that is opened so that each write is durable when it returns (O_DSYNC): what writing and forcing do, in one call.
     * Not a {@link FileChannel}, which an interrupt of one signing thread would close under all.
     */
    final class OnDisk implements LogFile {
        private final Path path;
        private final RandomAccessFile file;
        private final FilePlace place;

        OnDisk(Path path) throws IOException {
            this.path = path;
            this.file = new RandomAccessFile(path.toFile(), "rwd");
            this.place = new FilePlace(path);
        }

        @Override
        public void write(long position, byte[] bytes, int length) throws IOException {
            file.seek(position);
            file.write(bytes, 0, length);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.setLength(length);
            file.getFD().sync();
        }

        @Override
        public void requireInPlace(long least) throws IOException {
            place.require();
            if (!reaches(least)) {
                throw new LostFileException(path + " has " + file.length() + " bytes where " + least + " were written");
            }
        }

        private boolean reaches(long length) throws IOException {
            if (length == 0) {
                return true;
            }
            file.seek(length - 1);
            return file.read() >= 0;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
