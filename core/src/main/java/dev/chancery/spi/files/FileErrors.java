package dev.chancery.spi.files;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;

/** What went wrong with a file, in the words of the API. Stateless. */
public final class FileErrors {
    /** Less than this free means full: some file systems keep a little back. */
    private static final long FULL = 64 * 1024;

    private FileErrors() {}

    /**
     * Says what an error means and what to do about it.
     *
     * @param e the error
     * @param what what was being done, to stand before a colon, such as {@code Reading the keys}; the file's name follows
     * @param directory the store's directory as it was named
     * @return a {@link KeyAccessException} where rights are missing; a {@link ConfigurationException} where something else is in a directory's place,
     *     or where the directory that a file belongs in is not there; else a {@link StoreUnavailableException}
     */
    public static ChanceryException translate(IOException e, String what, Path directory) {
        String start = what + ": ";
        if (e instanceof RefusedFileException) {
            return new KeyAccessException(start + e.getMessage(), e);
        }
        if (e instanceof NotDirectoryException
                || Objects.requireNonNullElse(e.getMessage(), "").endsWith("Not a directory")) {
            return new ConfigurationException(
                    start + firstExisting(file(e, directory))
                            + " is not a directory. Name the directory that holds the keys.",
                    e);
        }
        if (e instanceof NoSuchFileException) {
            Path in = file(e, directory).toAbsolutePath().getParent();
            if (in != null && Files.notExists(in)) {
                return new ConfigurationException(
                        start + "there is no directory " + in + ". Make it, or correct the path.", e);
            }
        }
        if (isReadOnly(directory, e)) {
            return new KeyAccessException(
                    start + directory + " is mounted read-only: keys there sign and verify, and cannot be changed.", e);
        }
        if (e instanceof java.nio.file.AccessDeniedException denied) {
            return new KeyAccessException(
                    start + "no permission for " + denied.getFile()
                            + ". Check the owners and modes on the way there, and who this process runs as.",
                    e);
        }
        if (isFull(directory, e)) {
            return new StoreUnavailableException(
                    start + "no space is left for " + directory
                            + ". Nothing was changed; free some space and do it again.",
                    e);
        }
        String detail = e instanceof FileSystemException f && f.getReason() != null
                ? f.getFile() + ": " + f.getReason()
                : e instanceof NoSuchFileException gone
                        ? gone.getFile() + " is not there any more"
                        : String.valueOf(e.getMessage());
        return new StoreUnavailableException(start + detail + ". Check the disk and try again.", e);
    }

    /**
     * Says in a clause what an error of a file means, where the sentence around it names the file's use.
     *
     * @param e the error
     * @return a clause without an end, such as {@code there is no file keys/a.pem}
     */
    public static String reason(IOException e) {
        String file = e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : "it";
        if (e instanceof RefusedFileException) {
            return String.valueOf(e.getMessage());
        }
        if (e instanceof NoSuchFileException) {
            return "there is no file " + file;
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "this process has no permission for " + file + ", by its owner and mode";
        }
        return e instanceof FileSystemException f && f.getReason() != null
                ? file + ": " + f.getReason()
                : String.valueOf(e.getMessage());
    }

    /** Asks the file system and not only the message, which follows the locale. */
    private static boolean isReadOnly(Path directory, IOException e) {
        if (String.valueOf(e.getMessage()).contains("Read-only file system")) {
            return true;
        }
        try {
            return e instanceof FileSystemException && fileStore(directory).isReadOnly();
        } catch (IOException unknown) {
            return false;
        }
    }

    private static boolean isFull(Path directory, IOException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return true;
        }
        try {
            return fileStore(directory).getUsableSpace() < FULL;
        } catch (IOException unknown) {
            return false;
        }
    }

    private static FileStore fileStore(Path directory) throws IOException {
        return Files.getFileStore(firstExisting(directory));
    }

    /** The path, or what is there of the way to it. */
    private static Path firstExisting(Path path) {
        Path existing = path;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private static Path file(IOException e, Path directory) {
        return e instanceof FileSystemException f && f.getFile() != null
                ? directory.getFileSystem().getPath(f.getFile())
                : directory;
    }
}
