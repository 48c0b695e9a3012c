package dev.chancery.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The FILE of sign and verify: read by its path where it is a file, so that nothing is held in memory, else as a stream. */
final class MessageFile {
    static final String STDIN = "-";

    @Parameters(paramLabel = "FILE", description = "The file, or - for standard input.")
    private String name = "";

    boolean isStdin() {
        return name.equals(STDIN);
    }

    Path path() {
        return Path.of(name);
    }

    String description() {
        return isStdin() ? "standard input" : name;
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
