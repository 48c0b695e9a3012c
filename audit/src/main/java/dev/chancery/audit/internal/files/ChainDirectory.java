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
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Where the files of one chain lie: {@code chains/1/000001.jsonl} and {@code 000001.checkpoints} beside it. Nothing there is a link: an
 * attacker who writes to a log may want its reader to read, or its writer to write, elsewhere.
 *
 * @param path the directory
 * @param number its name; 0 is the log's own chain
 */
public record ChainDirectory(Path path, int number) {
    public static final String CHAINS = "chains";

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,5}");
    private static final Pattern SEGMENT = Pattern.compile("[0-9]{6}\\.jsonl");
    private static final Pattern CHECKPOINTS = Pattern.compile("[0-9]{6}\\.checkpoints");
    private static final Pattern TORN = Pattern.compile("[0-9]{6}\\.(jsonl|checkpoints)\\.torn-[1-9][0-9]{0,5}");

    /** The number of the log's own chain. */
    public static final int OWN = 0;

    /** The chains of a log, by number, its own chain first. */
    public static List<ChainDirectory> all(Path log) throws IOException {
        Path chains = log.resolve(CHAINS);
        if (!Files.isDirectory(chains, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigurationException("There is no audit log in " + log + ": it has no directory '" + CHAINS
                    + "'. Name the log's directory.");
        }
        List<ChainDirectory> found = new ArrayList<>();
        for (Path entry : numbered(chains)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                found.add(new ChainDirectory(entry, Integer.parseInt(nameOf(entry))));
            }
        }
        found.sort(Comparator.comparing(ChainDirectory::number));
        return found;
    }

    /** What has a chain's name and is none: a link, a file. */
    public static List<Path> strangers(Path log) throws IOException {
        return numbered(log.resolve(CHAINS)).stream()
                .filter(entry -> !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                .sorted()
                .toList();
    }

    private static List<Path> numbered(Path chains) throws IOException {
        return entries(chains).stream()
                .filter(entry -> NUMBER.matcher(nameOf(entry)).matches())
                .toList();
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
            if (Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                return true;
            }
        } catch (NoSuchFileException e) {
            return false; // a retention run has just removed it
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

    /** What belongs to a segment: its checkpoints, and what was cut off it and them. */
    public static List<Path> filesBeside(Path segment) throws IOException {
        String number = nameOf(segment).substring(0, nameOf(segment).indexOf('.') + 1);
        return entries(Objects.requireNonNull(segment.getParent())).stream()
                .filter(entry -> nameOf(entry).startsWith(number) && !entry.equals(segment))
                .toList();
    }

    /** Beside each segment: the nodes of the tree that its lines completed; a cache. */
    public static Path tree(Path segment) {
        return segment.resolveSibling(nameOf(segment).replace(".jsonl", ".tree"));
    }

    /** Where is kept what is cut off a file for the nth time: {@code 000001.jsonl.torn-1}. */
    public static Path tornFile(Path file, int n) {
        return file.resolveSibling(nameOf(file) + ".torn-" + n);
    }

    /** The file of this directory that has that name, if it is the name of one that {@link #tornFile(Path, int)} names. */
    public Optional<Path> tornFile(String name) {
        return TORN.matcher(name).matches() ? Optional.of(path.resolve(name)) : Optional.empty();
    }

    /** How far the chain had come when that was stated last, of the statements that are to be believed. */
    public Optional<Checkpoint> lastCheckpoint(Predicate<Checkpoint> believed) throws IOException {
        List<Path> files = checkpointFiles();
        for (int i = files.size() - 1; i >= 0; i--) {
            Optional<Checkpoint> last =
                    CheckpointFile.readLast(files.get(i), believed).checkpoint();
            if (last.isPresent()) {
                return last;
            }
        }
        return Optional.empty();
    }

    /** What of the chain's last checkpoint makes it quick to open; a cache. */
    public Path edge() {
        return path.resolve("edge");
    }

    /** What says that the chain is not continued: another has begun, and has its loss on record. */
    public Path lost() {
        return path.resolve("lost");
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
