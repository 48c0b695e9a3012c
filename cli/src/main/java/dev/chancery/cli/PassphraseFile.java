package dev.chancery.cli;

import dev.chancery.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A passphrase in a file: the first line, in UTF-8, without the newline. */
final class PassphraseFile {
    private static final int MAX_BYTES = 4096;

    private PassphraseFile() {}

    /** Reads the passphrase; the caller wipes it. */
    static char[] read(Path file) throws IOException {
        OwnersFile.require(file, "passphrase file");
        byte[] content = LimitedFile.read(file, MAX_BYTES);
        try {
            return firstLine(content, file);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static char[] firstLine(byte[] content, Path file) {
        int end = 0;
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        if (end > 0 && end < content.length && content[end - 1] == '\r') {
            end--;
        }
        if (end == 0) {
            throw new ConfigurationException(
                    "The first line of the passphrase file '" + file + "' is empty. Put the passphrase there.");
        }
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 0, end));
            char[] passphrase = new char[decoded.remaining()];
            decoded.get(passphrase);
            Arrays.fill(decoded.array(), '\0');
            return passphrase;
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("The passphrase file '" + file + "' is not UTF-8. Write it in UTF-8.", e);
        }
    }
}
