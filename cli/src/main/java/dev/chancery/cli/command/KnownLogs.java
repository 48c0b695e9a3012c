package dev.chancery.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Which logs an audit key has kept, in a file beside it: a line for each, its id and its directory. An outsider who empties or replaces a
 * log's directory has not the place where the key is.
 *
 * @param file the file
 */
public record KnownLogs(Path file) {

    /** What is beside an audit key. */
    public static KnownLogs beside(Path key) {
        return new KnownLogs(key.resolveSibling(key.getFileName() + ".logs"));
    }

    /** The id of the log that was in a directory last. */
    public Optional<String> in(Path directory) throws IOException {
        Optional<String> last = Optional.empty();
        for (String line : lines()) {
            int space = line.indexOf(' ');
            if (space > 0 && line.substring(space + 1).equals(name(directory))) {
                last = Optional.of(line.substring(0, space));
            }
        }
        return last;
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static String name(Path directory) {
        return directory.toAbsolutePath().normalize().toString();
    }

    /** Remembers what is in a directory now. */
    void add(String id, Path directory) throws IOException {
        String line = id + " " + name(directory) + "\n";
        Files.write(
                file,
                line.getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }
}
