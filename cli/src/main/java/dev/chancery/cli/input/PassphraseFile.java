package dev.chancery.cli.input;

import dev.chancery.spi.files.SecretFile;
import java.io.IOException;
import java.nio.file.Path;

/** A passphrase in a file or a pipe: the first line. */
public final class PassphraseFile {
    private PassphraseFile() {}

    /** Reads the passphrase; the caller wipes it. */
    public static char[] read(Path file) throws IOException {
        OwnersFile.require(file, "passphrase file");
        byte[] content = LimitedFile.read(file, SecretFile.MAX_BYTES);
        return SecretFile.takeFirstLine(content, "The passphrase file '" + file + "'");
    }
}
