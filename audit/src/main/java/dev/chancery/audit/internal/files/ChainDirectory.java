package dev.chancery.audit.internal.files;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the files of one chain lie: {@code chains/1/000001.jsonl} and {@code 000001.checkpoints} beside it.
 *
 * @param path the directory
 * @param number its name, from 1
 */
public record ChainDirectory(Path path, int number) {
    public static final String CHAINS = "chains";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,5}");
    private static final Pattern SEGMENT = Pattern.compile("[0-9]{6}\\.jsonl");
    private static final Pattern CHECKPOINTS = Pattern.compile("[0-9]{6}\\.checkpoints");
    private static final Pattern TORN = Pattern.compile("[0-9]{6}\\.(jsonl|checkpoints)\\.torn-[1-9][0-9]{0,5}");

    /** The chains of a log, by number. */
    public static List<ChainDirectory> all(Path log) throws IOException {
        Path chains = log.resolve(CHAINS);
        if (!Files.isDirectory(chains)) {
            throw new ConfigurationException("There is no audit log in " + log + ": it has no directory '" + CHAINS
                    + "'. Name the log's directory.");
        }
        List<ChainDirectory> found = new ArrayList<>();
        for (Path entry : entries(chains)) {
            String name = nameOf(entry);
            if (NUMBER.matcher(name).matches() && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                found.add(new ChainDirectory(entry, Integer.parseInt(name)));
            }
        }
        found.sort(Comparator.comparing(ChainDirectory::number));
        return found;
    }

    public static ChainDirectory of(Path log, int number) {
        return new ChainDirectory(log.resolve(CHAINS).resolve(Integer.toString(number)), number);
    }

    /**
     * The segments that are there, by number.
     *
     * @throws IOException also if one is no file: a pipe or a device, which has no end
     */
    public List<Path> segments() throws IOException {
        return filesNamed(SEGMENT);
    }

    /** The files with checkpoints that are there, by number: also of segments that are gone. */
    public List<Path> checkpointFiles() throws IOException {
        return filesNamed(CHECKPOINTS);
    }

    private List<Path> filesNamed(Pattern names) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path entry : entries(path)) {
            if (names.matcher(nameOf(entry)).matches() && isFile(entry)) {
                files.add(entry);
            }
        }
        files.sort(Comparator.comparing(ChainDirectory::nameOf));
        return files;
    }

    /** Nothing that is there is passed over: the chain would be continued without it. */
    private static boolean isFile(Path entry) throws IOException {
        try {
            if (Files.readAttributes(entry, BasicFileAttributes.class).isRegularFile()) {
                return true;
            }
        } catch (NoSuchFileException e) {
            if (!Files.isSymbolicLink(entry)) {
                return false; // a retention run has just removed it
            }
        }
        throw new IOException(entry + " is no file");
    }

    private static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(directory)) {
            listed.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    public Path segment(int segment) {
        return path.resolve(String.format("%06d.jsonl", segment));
    }

    /** Beside each segment: the checkpoints that were made while it was written. */
    public static Path checkpoints(Path segment) {
        return segment.resolveSibling(nameOf(segment).replace(".jsonl", ".checkpoints"));
    }

    /** Where is kept what is cut off a file for the nth time: {@code 000001.jsonl.torn-1}. */
    public static Path tornFile(Path file, int n) {
        return file.resolveSibling(nameOf(file) + ".torn-" + n);
    }

    /** The file of this directory that has that name, if it is the name of one that {@link #tornFile(Path, int)} names. */
    public Optional<Path> tornFile(String name) {
        return TORN.matcher(name).matches() ? Optional.of(path.resolve(name)) : Optional.empty();
    }

    /** How far the chain had come when that was stated last. */
    public Optional<Checkpoint> lastCheckpoint() throws IOException {
        List<Path> files = checkpointFiles();
        for (int i = files.size() - 1; i >= 0; i--) {
            List<Checkpoint> checkpoints = CheckpointFile.read(files.get(i)).checkpoints();
            if (!checkpoints.isEmpty()) {
                return Optional.of(checkpoints.get(checkpoints.size() - 1));
            }
        }
        return Optional.empty();
    }

    /** The number in the name of a segment or of its checkpoints. */
    public static int numberOf(Path file) {
        String name = nameOf(file);
        return Integer.parseInt(name.substring(0, name.indexOf('.')));
    }

    private static String nameOf(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }
}
