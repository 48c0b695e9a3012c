package dev.chancery.cli;

import dev.chancery.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A file with a secret, which nobody but its owner may read. */
final class OwnersFile {
    private OwnersFile() {}

    /**
     * Refuses a file that others may read; a pipe has no others.
     *
     * @param what what the file is, for the error
     */
    static void require(Path file, String what) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null || !Files.isRegularFile(file)) {
            return;
        }
        Set<PosixFilePermission> modes = view.readAttributes().permissions();
        if (modes.contains(PosixFilePermission.GROUP_READ) || modes.contains(PosixFilePermission.OTHERS_READ)) {
            throw new ConfigurationException(
                    "The " + what + " '" + file + "' can be read by others. Run: chmod 600 '" + file + "'");
        }
    }
}
