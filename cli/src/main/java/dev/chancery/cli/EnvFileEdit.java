package dev.chancery.cli;

import dev.chancery.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets one variable in a {@code .env} file and leaves every other byte as it is. The file is replaced whole: its reader sees
 * the old one or the new one, with the same owner, group and mode.
 */
final class EnvFileEdit {
    private static final int MAX_BYTES = 1 << 20;

    private EnvFileEdit() {}

    static void set(Path file, String name, String value) throws IOException {
        Path target = file.toRealPath(); // a link to the file stays a link
        String before = new String(LimitedFile.read(target, MAX_BYTES), StandardCharsets.UTF_8);
        String after = edited(before, name, value);
        Map<String, String> expected = EnvFile.parse(file, before);
        expected.put(name, value);
        if (!EnvFile.parse(file, after).equals(expected)) {
            throw new ConfigurationException("The line of " + name + " in '" + file
                    + "' is written so that it was not changed. Change it by hand to: " + name + "=" + value);
        }
        if (!after.equals(before)) {
            replace(target, after.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The value only: what stands before it on the line, and a comment behind it, stay. */
    private static String edited(String text, String name, String value) {
        Matcher line = Pattern.compile("(?m)^([ \\t]*(?:export[ \\t]+)?" + Pattern.quote(name)
                        + "[ \\t]*=[ \\t]*)(\"[^\"\\n]*\"|'[^'\\n]*'|[^\\r\\n]*?)([ \\t]+#[^\\r\\n]*|[ \\t]*)(?=\\r?$)")
                .matcher(text);
        if (line.find()) {
            return text.substring(0, line.start(2)) + value + text.substring(line.end(2));
        }
        String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return text + separator + name + "=" + value + "\n";
    }

    private static void replace(Path target, byte[] content) throws IOException {
        // A name of its own: others may edit the same file. And nobody else may read it yet: it may hold secrets.
        Path temporary = Files.createTempFile(
                Objects.requireNonNull(target.getParent()), "." + target.getFileName() + ".", ".tmp");
        try {
            write(temporary, content, posix(target));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        forceDirectory(target);
    }

    private static void write(Path temporary, byte[] content, @Nullable PosixFileAttributes like) throws IOException {
        if (like == null) {
            Files.write(temporary, content);
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        PosixFileAttributes own = view.readAttributes();
        if (!own.owner().equals(like.owner())) {
            view.setOwner(like.owner());
        }
        if (!own.group().equals(like.group())) {
            view.setGroup(like.group());
        }
        view.setPermissions(like.permissions());
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static @Nullable PosixFileAttributes posix(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null ? null : view.readAttributes();
    }

    private static void forceDirectory(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && java.io.File.separatorChar == '/') {
            try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}
