package dev.chancery.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small files whole, and large ones not at all. */
public final class LimitedFile {
    private LimitedFile() {}

    public static byte[] read(Path file, int limit) throws IOException {
        try (InputStream stream = open(file)) {
            return read(stream, file.toString(), limit);
        }
    }

    public static byte[] read(InputStream stream, String name, int limit) throws IOException {
        byte[] content = stream.readNBytes(limit + 1);
        if (content.length > limit) {
            throw new FileSystemException(
                    name, null, "it is larger than " + limit + " bytes, so it is not what is wanted");
        }
        return content;
    }

    /** Opens a file, a pipe or a device; a directory is refused with a reason. */
    public static InputStream open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "it is a directory");
        }
        return Files.newInputStream(file);
    }
}
