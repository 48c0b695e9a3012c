package dev.chancery.spi.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that are on the disk, whole, when a method returns. What is written first has another name in the same directory, with its
 * final mode from the first moment; it is forced, then renamed, then the directory is forced. So a reader sees the old file or the
 * new one, also after a power cut. A crash can leave {@code .<name>.<12 hexadecimal digits>.tmp}: see {@link #removeLeftovers}.
 *
 * <p>Thread-safe. An interrupt of the calling thread breaks nothing, and the thread is still interrupted afterwards.
 */
public class DurableFiles {
    private static final Pattern LEFTOVER = Pattern.compile("\\.(.+)\\.[0-9a-f]{12}\\.tmp");

    /** Makes the routines; there is nothing to configure. */
    public DurableFiles() {}

    /** Something done to a file by its path. */
    private interface Step {
        void take(Path file) throws IOException;
    }

    /**
     * Puts a file in the place of another, or of none. A symbolic link is replaced and not followed.
     *
     * @param file the file, in a directory that exists
     * @param content what it will hold
     * @param attributes what it is made with, such as {@link FileModes#of}
     * @throws IOException if that fails; the old file is then untouched, or the new one is there and perhaps not durable
     */
    public final void replace(Path file, byte[] content, FileAttribute<?>... attributes) throws IOException {
        writeBeside(file, content, opened -> {}, temporary -> Files.move(temporary, file, ATOMIC_MOVE), attributes);
    }

    /**
     * Puts a file in the place of another that keeps its owner, group and mode.
     *
     * @param file the file that is there
     * @param content what it will hold
     * @throws IOException if that fails, or this process may not give the file to that owner; the old file is then untouched, or
     *     the new one is there and perhaps not durable
     */
    public final void rewrite(Path file, byte[] content) throws IOException {
        writeBeside(
                file,
                content,
                opened -> copyOwnerAndMode(file, opened),
                temporary -> Files.move(temporary, file, ATOMIC_MOVE),
                FileModes.of(file, "rw-------"));
    }

    /**
     * Makes a file that is not there yet, and never replaces one.
     *
     * @param file the file, in a directory that exists
     * @param content what it will hold
     * @param attributes what it is made with, such as {@link FileModes#of}
     * @throws FileAlreadyExistsException if there is one
     * @throws IOException if it cannot be made; it is then not there, or perhaps not durable
     */
    public final void create(Path file, byte[] content, FileAttribute<?>... attributes) throws IOException {
        writeBeside(file, content, opened -> {}, temporary -> link(temporary, file), attributes);
    }

    private void writeBeside(Path file, byte[] content, Step prepare, Step publish, FileAttribute<?>[] attributes)
            throws IOException {
        String random = UUID.randomUUID().toString().substring(24);
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + random + ".tmp");
        try {
            writeNew(temporary, content, prepare, attributes);
            publish.take(temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
        forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    private static void link(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException noLinks) {
            Files.move(temporary, file);
        }
    }

    private static void copyOwnerAndMode(Path from, Path to) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributes own = view.readAttributes();
        if (!own.owner().equals(wanted.owner())) {
            view.setOwner(wanted.owner());
        }
        if (!own.group().equals(wanted.group())) {
            view.setGroup(wanted.group());
        }
        view.setPermissions(wanted.permissions());
    }

    /**
     * Makes a file that is not there yet, under its own name from the first moment: for writers that have another sign of what
     * is unfinished. Its content is forced and its name is not.
     *
     * @param file the file, in a directory that exists
     * @param content what it will hold
     * @param attributes what it is made with, such as {@link FileModes#of}
     * @throws FileAlreadyExistsException if there is one
     * @throws IOException if it cannot be made; it is then not there
     */
    public final void createInPlace(Path file, byte[] content, FileAttribute<?>... attributes) throws IOException {
        writeNew(file, content, opened -> {}, attributes);
    }

    private void writeNew(Path file, byte[] content, Step prepare, FileAttribute<?>[] attributes) throws IOException {
        Uninterrupted.call(() -> {
            try (FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE, NOFOLLOW_LINKS), attributes)) {
                prepare.take(file);
                write(channel, content);
                return file;
            } catch (FileAlreadyExistsException notOurs) {
                throw notOurs;
            } catch (IOException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        });
    }

    /**
     * Writes and forces a new file. For tests of full and slow disks to override.
     *
     * @param channel the file
     * @param content what it will hold
     * @throws IOException if that fails
     */
    protected void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    /**
     * Makes a directory, unless it is there. Its name is durable.
     *
     * @param directory the directory, in one that exists
     * @param attributes what it is made with, such as {@link FileModes#of}
     * @throws IOException if it cannot be made
     */
    public final void makeDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        if (!Files.exists(directory, NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(directory, attributes);
            } catch (FileAlreadyExistsException another) {
                return;
            }
            forceDirectory(Objects.requireNonNull(directory.toAbsolutePath().getParent()));
        }
    }

    /**
     * Makes the names in a directory durable: what was made, renamed and removed there. For tests of slow disks to override.
     *
     * @param directory the directory; one that this process may not open is left to the file system
     * @throws IOException if that fails
     */
    public void forceDirectory(Path directory) throws IOException {
        Uninterrupted.call(() -> {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            } catch (AccessDeniedException e) {
                // Windows opens no directories, and its journal orders what is done in them; elsewhere this one is
                // closed to us.
            }
            return directory;
        });
    }

    /**
     * The names in a directory.
     *
     * @param directory the directory
     * @return the names in any order; none if the directory is not there
     * @throws IOException if it is there and cannot be read
     */
    public List<String> names(Path directory) throws IOException {
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

    /**
     * Removes what crashed writers left behind. For the only writer of these files: another one's unfinished file looks alike.
     *
     * @param directory the directory
     * @param of whether the file of that name is one whose leftovers go
     * @throws IOException if that fails
     */
    public final void removeLeftovers(Path directory, Predicate<String> of) throws IOException {
        for (String name : names(directory)) {
            Matcher leftover = LEFTOVER.matcher(name);
            if (leftover.matches() && of.test(leftover.group(1))) {
                Files.deleteIfExists(directory.resolve(name));
            }
        }
    }
}
