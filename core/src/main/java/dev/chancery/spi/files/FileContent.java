package dev.chancery.spi.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What was read of a whole small file, and from which file. */
public final class FileContent {
    private static final int ATTEMPTS = 10;

    private final byte[] bytes;
    private final FileIdentity identity;

    private FileContent(byte[] bytes, FileIdentity identity) {
        this.bytes = bytes;
        this.identity = identity;
    }

    /**
     * Reads a whole file, and no link. An interrupt of the calling thread breaks nothing, and the thread is still interrupted
     * afterwards.
     *
     * @param file the file
     * @param max how many bytes it may have
     * @return what it holds
     * @throws java.nio.file.NoSuchFileException if nothing is there
     * @throws RefusedFileException if it is no regular file, is larger than that, or does not hold still
     * @throws IOException if it cannot be read
     */
    public static FileContent read(Path file, int max) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<FileContent> content = Uninterrupted.call(() -> readOnce(file, max));
            if (content.isPresent()) {
                return content.get();
            }
        }
        throw new RefusedFileException(file + " was exchanged whenever it was read. Find out by whom.");
    }

    /** Empty if the file was exchanged meanwhile, as another writer does. */
    private static Optional<FileContent> readOnce(Path file, int max) throws IOException {
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        // Before opening: a pipe would hold the opener up for ever.
        if (!before.isRegularFile()) {
            throw new RefusedFileException(file + " is not a regular file. Replace it by one.");
        }
        if (before.size() > max) {
            throw new RefusedFileException(file + " has " + before.size() + " bytes; at most " + max
                    + " belong there. Restore it from a backup.");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) before.size() + 1);
        try (FileChannel channel = FileChannel.open(file, Set.of(READ, NOFOLLOW_LINKS))) {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // until the end
            }
            BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
            boolean same = Objects.equals(before.fileKey(), after.fileKey()) && buffer.position() == before.size();
            return same
                    ? Optional.of(
                            new FileContent(Arrays.copyOf(buffer.array(), buffer.position()), FileIdentity.of(before)))
                    : Optional.empty();
        } finally {
            Arrays.fill(buffer.array(), (byte) 0);
        }
    }

    /**
     * What the file holds.
     *
     * @return the bytes themselves and no copy: the reader of a secret wipes them
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Which file that was.
     *
     * @return what tells it from one that replaces it
     */
    public FileIdentity identity() {
        return identity;
    }
}
