package dev.chancery.cli.input;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.DurableFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sets one variable in a {@code .env} file and leaves every other byte as it is. The file is replaced whole: its reader sees
 * the old one or the new one, with the same owner, group and mode. Only one that cannot be replaced, as a container's file that is mounted by
 * itself, is written in place.
 */
public final class EnvFileEdit {
    private static final int MAX_BYTES = 1 << 20;

    private EnvFileEdit() {}

    /**
     * Insists that a variable can be set, for what must not be done where it cannot.
     *
     * @throws ConfigurationException if its line cannot be changed
     * @throws IOException if the file cannot be read or written
     */
    public static void requireSettable(Path file, String name) throws IOException {
        Path target = file.toRealPath();
        var unused = change(file, read(target), name, "any-key");
        if (!Files.isWritable(parent(target)) && !Files.isWritable(target)) {
            throw new AccessDeniedException(target.toString());
        }
    }

    public static void set(Path file, String name, String value) throws IOException {
        Path target = file.toRealPath(); // a link to the file stays a link
        String before = read(target);
        String after = change(file, before, name, value);
        if (after.equals(before)) {
            return;
        }
        byte[] content = after.getBytes(StandardCharsets.UTF_8);
        try {
            new DurableFiles().rewrite(target, content);
        } catch (FileSystemException e) {
            if (!Files.isWritable(target) || isAlmostFull(target)) {
                throw e;
            }
            writeInPlace(target, content);
        }
    }

    private static Path parent(Path target) {
        return Objects.requireNonNull(target.getParent());
    }

    private static String read(Path target) throws IOException {
        return new String(LimitedFile.read(target, MAX_BYTES), StandardCharsets.UTF_8);
    }

    private static String change(Path file, String before, String name, String value) {
        String after = edit(before, name, value);
        Map<String, String> expected = EnvFile.parse(file, before);
        expected.put(name, value);
        if (!EnvFile.parse(file, after).equals(expected)) {
            throw new ConfigurationException("The line of " + name + " in '" + file
                    + "' is written so that it was not changed. Change it by hand to: " + name + "=" + value);
        }
        return after;
    }

    /** The value only: what stands before it on the line, a byte order mark too, and a comment behind it, stay. */
    private static String edit(String text, String name, String value) {
        Matcher line = Pattern.compile("(?m)^(\\uFEFF?[ \\t]*(?:export[ \\t]+)?" + Pattern.quote(name)
                        + "[ \\t]*=[ \\t]*)(\"[^\"\\n]*\"|'[^'\\n]*'|[^\\r\\n]*?)([ \\t]+#[^\\r\\n]*|[ \\t]*)(?=\\r?$)")
                .matcher(text);
        if (line.find()) {
            return text.substring(0, line.start(2)) + value + text.substring(line.end(2));
        }
        String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return text + separator + name + "=" + value + "\n";
    }

    /** Then a file that is cut short cannot be written whole again. */
    private static boolean isAlmostFull(Path target) throws IOException {
        return Files.getFileStore(target).getUsableSpace() < 2L * MAX_BYTES;
    }

    private static void writeInPlace(Path target, byte[] content) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(target.toFile(), "rw")) {
            open.write(content);
            open.setLength(content.length);
            open.getFD().sync();
        }
    }
}
