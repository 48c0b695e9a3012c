package dev.chancery.audit.internal.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a file is that is held open, and whether its path still leads to it. Not thread-safe.
 *
 * <p>That no name in its directory has changed shows in the directory's time of change (ctime), which the kernel alone sets; the
 * time of modification, which a program that copies directories restores, proves nothing. Looking at the file's own attributes would
 * do, too, but since Linux 6.13 who has asked for a file's times makes the next write keep finer ones, and forcing it costs 1.4 times
 * as much (multigrain timestamps, docs.kernel.org/filesystems/multigrain-ts.html).
 */
final class FilePlace {
    private final Path path;
    private final Path directory;
    private final @Nullable Object identity;
    private @Nullable DirectoryState seen;

    /** Says that no name in a directory has changed since it was the same before. */
    private record DirectoryState(Object identity, FileTime changed) {
        /** What the time of change does not tell apart, on the coarsest of file systems. */
        private static final Duration TICK = Duration.ofSeconds(2);

        private static final boolean KNOWN = !System.getProperty("os.name", "").startsWith("Windows");

        static @Nullable DirectoryState of(Path directory) throws IOException {
            if (!KNOWN) {
                return null;
            }
            Map<String, Object> now = Files.readAttributes(directory, "unix:dev,ino,ctime");
            FileTime changed = (FileTime) Objects.requireNonNull(now.get("ctime"));
            boolean changing = changed.toInstant().isAfter(Instant.now().minus(TICK));
            return changing ? null : new DirectoryState(now.get("dev") + ":" + now.get("ino"), changed);
        }
    }

    FilePlace(Path path) throws IOException {
        this.path = path;
        this.directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
        this.identity = attributes().fileKey();
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** What tells the file from every other of the machine while it exists; empty where the system does not say. */
    String identity() {
        return identity == null ? "" : identity.toString();
    }

    /**
     * Insists that the path still leads to the file.
     *
     * @throws LostFileException if it does not
     */
    void require() throws IOException {
        try {
            DirectoryState now = DirectoryState.of(directory);
            if (now == null || !now.equals(seen)) {
                if (!Objects.equals(attributes().fileKey(), identity)) {
                    throw new LostFileException(path + " was replaced while it was written to");
                }
                seen = now;
            }
        } catch (NoSuchFileException e) {
            throw new LostFileException(path + " was removed while it was written to");
        }
    }
}
