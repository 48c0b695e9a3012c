package dev.chancery.spi.files;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A small file with a secret that its owner alone may touch, the owner being the user of this process or root. It may be named
 * through a symbolic link: what counts is where that leads. Stateless; copies that are made on the way are wiped. An interrupt of
 * the calling thread breaks nothing, and the thread is still interrupted afterwards.
 */
public final class SecretFile {
    /** How many bytes a file may have whose first line is a secret. */
    public static final int MAX_BYTES = 4096;

    private SecretFile() {}

    /**
     * Reads a whole file.
     *
     * @param file the file
     * @param max how many bytes it may have
     * @return what it holds, for the caller to wipe
     * @throws NoSuchFileException if it is not there
     * @throws RefusedFileException if others can read or write it, or it is no regular file, or too large
     * @throws IOException if it cannot be read
     */
    public static byte[] read(Path file, int max) throws IOException {
        Path real = file.toRealPath();
        FileRules.of(real.getFileSystem()).requireSecret(real);
        return FileContent.read(real, max).bytes();
    }

    /**
     * Reads the first line of a file of at most {@value #MAX_BYTES} bytes.
     *
     * @param file the file
     * @param what what the file is called in messages, such as {@code passphrase file}
     * @return the line without its end, for the caller to wipe
     * @throws ConfigurationException if it is not there, its first line is empty, or it is not UTF-8
     * @throws KeyAccessException if others can read or write it, this process cannot, or it is no regular file or too large
     */
    public static char[] readFirstLine(Path file, String what) {
        byte[] content;
        try {
            content = read(file, MAX_BYTES);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    "The " + what + " " + file + " is missing: it does not exist. Make it, with mode 0600.", e);
        } catch (IOException e) {
            throw unusable(file, what, e);
        }
        return takeFirstLine(content, "The " + what + " " + file);
    }

    static KeyAccessException unusable(Path file, String what, IOException e) {
        String why = e instanceof RefusedFileException
                ? String.valueOf(e.getMessage())
                : e instanceof AccessDeniedException
                        ? "no permission for " + file + ". Check its owner and mode."
                        : FileErrors.reason(e) + ". Check the path and the disk.";
        return new KeyAccessException("The " + what + " cannot be used: " + why, e);
    }

    /**
     * Takes the first line of what was read from a file or a pipe: UTF-8, a byte order mark before it and CR and LF behind it cut
     * off.
     *
     * @param content what was read; wiped
     * @param what how a message about it begins, such as {@code The passphrase file /run/secret}
     * @return the line, for the caller to wipe
     * @throws ConfigurationException if it is empty or not UTF-8
     */
    public static char[] takeFirstLine(byte[] content, String what) {
        try {
            int start = startsWithMark(content) ? 3 : 0;
            int end = start;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            if (end > start && end < content.length && content[end - 1] == '\r') {
                end--;
            }
            if (end == start) {
                throw new ConfigurationException(
                        what + " begins with an empty line. Its first line is the secret: put it there.");
            }
            return decode(ByteBuffer.wrap(content, start, end - start), what);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static boolean startsWithMark(byte[] content) {
        return content.length >= 3
                && content[0] == (byte) 0xef
                && content[1] == (byte) 0xbb
                && content[2] == (byte) 0xbf;
    }

    private static char[] decode(ByteBuffer line, String what) {
        CharBuffer chars = CharBuffer.allocate(line.remaining());
        try {
            CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(line, chars, true);
            if (result.isError()) {
                throw new ConfigurationException(what + " is not UTF-8. Write it in UTF-8.");
            }
            return Arrays.copyOf(chars.array(), chars.position());
        } finally {
            Arrays.fill(chars.array(), '\0');
        }
    }
}
