package dev.chancery.cli.output;

import dev.chancery.spi.files.DurableFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where a command writes: a file, whole or not at all, or a device. */
public final class OutputFile {
    private OutputFile() {}

    /** Writes it; a full disk does not say which file it had no room for, so the exception does. */
    public static void write(Path file, byte[] content) throws IOException {
        try {
            put(file, content);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    private static void put(Path file, byte[] content) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new FileSystemException(file.toString(), null, "it is a directory");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            // A pipe or a device: nothing may be renamed over /dev/null.
            try (OutputStream stream = Files.newOutputStream(target, StandardOpenOption.WRITE)) {
                stream.write(content);
            }
            return;
        }
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new FileSystemException(file.toString(), null, "its directory does not exist");
        }
        new DurableFiles().replace(target, content);
    }
}
