package dev.chancery.cli.keys;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The FILE of sign and verify: read by its path where it is a file, so that nothing is held in memory, else as a stream. */
final class MessageFile {
    static final String STDIN = "-";

    private final Argument<String> name;

    MessageFile(Command command) {
        name = command.parameter("FILE", "The file, or - for standard input.");
    }

    boolean isStdin() {
        return name.given().equals(STDIN);
    }

    Path path() {
        return Path.of(name.given());
    }

    String description() {
        return isStdin() ? "standard input" : name.given();
    }

    /** A hash that every Java has. */
    static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new UnsupportedException("There is no hash " + name + " here.", e);
        }
    }

    static void feed(Path file, MessageDigest digest) throws IOException {
        try (InputStream bytes = new DigestInputStream(LimitedFile.open(file), digest)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** What to do with the message, in the two forms it comes in. */
    @FunctionalInterface
    interface Use<S, T> {
        T with(S source) throws IOException;
    }

    <T> T read(Terminal terminal, Use<Path, T> file, Use<InputStream, T> stream) throws IOException {
        if (isStdin()) {
            return stream.with(terminal.in());
        }
        if (Files.isRegularFile(path())) {
            return file.with(path());
        }
        try (InputStream opened = LimitedFile.open(path())) {
            return stream.with(opened);
        }
    }
}
