package dev.chancery.cli.input;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A passphrase in a file or a pipe: the first line. */
public final class PassphraseFile {
    private PassphraseFile() {}

    /** Reads the passphrase; the caller wipes it. */
    public static char[] read(Path file) throws IOException {
        return take(content(file), file);
    }

    /** The same for a key that came from elsewhere: an empty file or first line is an empty passphrase. */
    public static char[] readEvenEmpty(Path file) throws IOException {
        byte[] content = content(file);
        boolean empty = content.length == 0 || content[0] == '\n' || content[0] == '\r';
        return empty ? new char[0] : take(content, file);
    }

    private static byte[] content(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new ConfigurationException("There is no passphrase file '" + file + "'. Check the path.");
        }
        OwnersFile.require(file, "passphrase file");
        return LimitedFile.read(file, SecretFile.MAX_BYTES);
    }

    private static char[] take(byte[] content, Path file) {
        return SecretFile.takeFirstLine(content, "The passphrase file '" + file + "'");
    }
}
