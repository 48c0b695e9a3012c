package dev.chancery.audit.internal.files;

import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileModes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** Files on a real disk. */
    final class Disk implements LogFiles {
        private static final Set<PosixFilePermission> OWNER_READS = PosixFilePermissions.fromString("r--------");

        private final DurableFiles files = new DurableFiles();

        @Override
        public LogFile create(Path file) throws IOException {
            Files.createFile(file, FileModes.of(file, "rw-------"));
            files.forceDirectory(parent(file));
            return new OnDisk(file);
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

        private static Path parent(Path file) {
            return Objects.requireNonNull(file.toAbsolutePath().getParent());
        }
    }

    /**
     * A file that is opened so that each write is durable when it returns (O_DSYNC): what writing and forcing do, in one call.
     * Not a {@link FileChannel}, which an interrupt of one signing thread would close under all.
     *
     * <p>Whether it is still in its place shows in its directory's time of change. Looking at the file's own attributes would do,
     * too, but since Linux 6.13 who has asked for a file's times makes the next write keep finer ones, and forcing it costs 1.4 times
     * as much (multigrain timestamps, docs.kernel.org/filesystems/multigrain-ts.html).
     */
    final class OnDisk implements LogFile {
        private final Path path;
        private final RandomAccessFile file;
        private final @Nullable Object identity;
        private @Nullable DirectoryState seen;

        /** Says that no name in a directory has changed since it was the same before. */
        private record DirectoryState(Object identity, FileTime changed) {
            /** What the time of change does not tell apart, on the coarsest of file systems. */
            private static final Duration TICK = Duration.ofSeconds(2);

            static @Nullable DirectoryState of(Path directory) throws IOException {
                BasicFileAttributes now = Files.readAttributes(directory, BasicFileAttributes.class);
                boolean changing =
                        now.lastModifiedTime().toInstant().isAfter(Instant.now().minus(TICK));
                return changing || now.fileKey() == null
                        ? null
                        : new DirectoryState(now.fileKey(), now.lastModifiedTime());
            }
        }

        OnDisk(Path path) throws IOException {
            this.path = path;
            this.file = new RandomAccessFile(path.toFile(), "rwd");
            this.identity = attributes().fileKey();
        }

        private BasicFileAttributes attributes() throws IOException {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
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
            try {
                DirectoryState now = DirectoryState.of(Disk.parent(path));
                if (now == null || !now.equals(seen)) {
                    requireSame(attributes());
                    seen = now;
                }
            } catch (NoSuchFileException e) {
                throw new LostFileException(path + " was removed while it was written to");
            }
            if (!reaches(least)) {
                throw new LostFileException(path + " has " + file.length() + " bytes where " + least + " were written");
            }
        }

        private void requireSame(BasicFileAttributes now) throws LostFileException {
            if (!Objects.equals(now.fileKey(), identity)) {
                throw new LostFileException(path + " was replaced while it was written to");
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
