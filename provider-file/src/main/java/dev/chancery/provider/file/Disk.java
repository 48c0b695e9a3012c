package dev.chancery.provider.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The few things done to files, each durable when it returns. Called on {@link FileThreads} only. */
class Disk {
    /** Windows opens no directories, and needs no force: its file system's journal orders what is done in them. */
    private static final boolean DIRECTORIES_OPEN = java.io.File.separatorChar == '/';

    private static final int ATTEMPTS = 10;

    /** What was read, and from which file. */
    static final class Content {
        private final byte[] bytes;
        private final FileIdentity identity;

        Content(byte[] bytes, FileIdentity identity) {
            this.bytes = bytes;
            this.identity = identity;
        }

        /** Not a copy: a secret is wiped by whoever has read it. */
        byte[] bytes() {
            return bytes;
        }

        FileIdentity identity() {
            return identity;
        }
    }

    /** What is at a path, without following a link; empty if nothing is. */
    Optional<BasicFileAttributes> stat(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads a whole file.
     *
     * @throws RefusedException if it is no regular file, is larger than that, or does not hold still
     */
    Content read(Path file, int max) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Content> content = readOnce(file, max);
            if (content.isPresent()) {
                return content.get();
            }
        }
        throw new RefusedException(file + " was exchanged whenever it was read. Find out by whom.");
    }

    /** Empty if the file was exchanged meanwhile, as another writer of the store does. */
    private static Optional<Content> readOnce(Path file, int max) throws IOException {
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        // Before opening: a pipe would hold the opener up for ever.
        if (!before.isRegularFile()) {
            throw new RefusedException(file + " is not a regular file. Replace it by one.");
        }
        if (before.size() > max) {
            throw new RefusedException(file + " has " + before.size() + " bytes; at most " + max
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
                            new Content(Arrays.copyOf(buffer.array(), buffer.position()), FileIdentity.of(before)))
                    : Optional.empty();
        } finally {
            Arrays.fill(buffer.array(), (byte) 0);
        }
    }

    /** Makes a file that is not there yet, with its final mode; forced, but its name is not. On failure it is not there. */
    void create(Path file, byte[] content, FileAttribute<?>[] attributes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE, NOFOLLOW_LINKS), attributes)) {
            write(channel, content);
        } catch (FileAlreadyExistsException notOurs) {
            throw notOurs;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** A seam for tests of full disks. */
    void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    /** Puts a file in the place of another, or of none: readers see the old one or the new one. Forced. */
    void replace(Path file, byte[] content, FileAttribute<?>[] attributes) throws IOException {
        Path temporary = file.resolveSibling(
                StoreDirectory.temporaryName(file.getFileName().toString()));
        Files.deleteIfExists(temporary);
        try {
            create(temporary, content, attributes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        forceDirectory(Objects.requireNonNull(file.getParent()));
    }

    /** Makes a directory unless it is there. Forced. */
    void makeDirectory(Path directory, FileAttribute<?>[] attributes) throws IOException {
        if (stat(directory).isEmpty()) {
            try {
                Files.createDirectory(directory, attributes);
            } catch (FileAlreadyExistsException another) {
                return;
            }
            forceDirectory(Objects.requireNonNull(directory.getParent()));
        }
    }

    /** Removes a file; its absence is not forced. */
    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException {
        if (DIRECTORIES_OPEN) {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            }
        }
    }

    /** Insists that the names in a directory may be read, and reads none: there may be ten thousand. */
    void requireReadable(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            // Opened is enough.
        }
    }

    /** The names in a directory; empty if it is not there. */
    List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }
}
