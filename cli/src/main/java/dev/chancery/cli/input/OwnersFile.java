package dev.chancery.cli.input;

import dev.chancery.error.KeyAccessException;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.files.RefusedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with a secret, which only its owner may read. */
public final class OwnersFile {
    private OwnersFile() {}

    /**
     * Refuses a file that others may read; a pipe has no others.
     *
     * @param what what the file is, for the error
     */
    public static void require(Path file, String what) throws IOException {
        if (Files.isRegularFile(file)) {
            try {
                FileRules.of(file.getFileSystem()).requireSecret(file.toRealPath());
            } catch (RefusedFileException e) {
                throw new KeyAccessException("The " + what + " cannot be used: " + e.getMessage(), e);
            }
        }
    }
}
