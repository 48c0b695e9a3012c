package dev.chancery.audit;

import dev.chancery.ConfigurationException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the files of one chain lie: {@code chains/1/000001.jsonl} and {@code 000001.checkpoints} beside it.
 *
 * @param path the directory
 * @param number its name, from 1
 */
record ChainDirectory(Path path, int number) {
    static final String CHAINS = "chains";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,5}");
    private static final Pattern SEGMENT = Pattern.compile("([0-9]{6})\\.jsonl");

    /** The chains of a log, by number. */
    static List<ChainDirectory> all(Path log) throws IOException {
        Path chains = log.resolve(CHAINS);
        if (!Files.isDirectory(chains)) {
            throw new ConfigurationException("There is no audit log in " + log + ": it has no directory '" + CHAINS
                    + "'. Name the log's directory.");
        }
        List<ChainDirectory> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(chains)) {
            for (Path entry : entries) {
                String name = Objects.requireNonNull(entry.getFileName()).toString();
                if (NUMBER.matcher(name).matches() && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(new ChainDirectory(entry, Integer.parseInt(name)));
                }
            }
        }
        found.sort(Comparator.comparing(ChainDirectory::number));
        return found;
    }

    static ChainDirectory of(Path log, int number) {
        return new ChainDirectory(log.resolve(CHAINS).resolve(Integer.toString(number)), number);
    }

    /** The segments that are there, by number. */
    List<Path> segments() throws IOException {
        List<Path> segments = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (SEGMENT.matcher(nameOf(entry)).matches()) {
                    segments.add(entry);
                }
            }
        }
        segments.sort(Comparator.comparing(ChainDirectory::nameOf));
        return segments;
    }

    Path segment(int segment) {
        return path.resolve(String.format("%06d.jsonl", segment));
    }

    /** Beside each segment: the checkpoints that were made while it was written. */
    static Path checkpoints(Path segment) {
        return segment.resolveSibling(nameOf(segment).replace(".jsonl", ".checkpoints"));
    }

    /** How far the chain had come when that was stated last. */
    Optional<Checkpoint> lastCheckpoint() throws IOException {
        List<Path> segments = segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            List<Checkpoint> checkpoints =
                    CheckpointFile.read(checkpoints(segments.get(i))).checkpoints();
            if (!checkpoints.isEmpty()) {
                return Optional.of(checkpoints.get(checkpoints.size() - 1));
            }
        }
        return Optional.empty();
    }

    static int numberOf(Path segment) {
        Matcher name = SEGMENT.matcher(nameOf(segment));
        if (!name.matches()) {
            throw new IllegalArgumentException("No segment is called " + segment + ".");
        }
        return Integer.parseInt(name.group(1));
    }

    private static String nameOf(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }
}
