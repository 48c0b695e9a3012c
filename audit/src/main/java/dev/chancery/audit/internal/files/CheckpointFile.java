package dev.chancery.audit.internal.files;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The checkpoints of one segment, in the file beside it: notes, each followed by an empty line. */
public final class CheckpointFile {
    private static final long LARGEST = 64 << 20;

    /** What is read to find the last note: more than one, even with their cosignatures, and half of one behind it. */
    private static final int TAIL = 24 << 10;

    private static final String BEGINNING = "chancery/audit/";

    private static final int LONGEST_HALF = 8 << 10;

    private CheckpointFile() {}

    /**
     * What a file of checkpoints holds.
     *
     * @param notes the notes, in order; an empty one stands for what is none
     * @param endsInHalf whether the last of those can be a note that was not written to its end
     */
    public record Content(List<Optional<Checkpoint>> notes, boolean endsInHalf) {

        /** Those that are notes. */
        public List<Checkpoint> checkpoints() {
            return notes.stream().flatMap(Optional::stream).toList();
        }
    }

    /**
     * The last note of a file that is to be believed.
     *
     * @param bytes how many bytes there are up to its end
     * @param rest how many are behind it
     */
    public record Last(Optional<Checkpoint> checkpoint, long bytes, long rest) {}

    /** Reads all notes; what is none hides none that is behind it. */
    public static Content read(Path file) throws IOException {
        return isThere(file)
                ? parseAll(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                : new Content(List.of(), false);
    }

    private static boolean isThere(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
            throw new IOException(file + " is no file, or too large to hold checkpoints.");
        }
        return true;
    }

    /** Reads the last note that is to be believed, from the file's end: however many there are, this takes the same time. */
    public static Last readLast(Path file, Predicate<Checkpoint> believed) throws IOException {
        if (!isThere(file)) {
            return new Last(Optional.empty(), 0, 0);
        }
        long size = Files.size(file);
        long from = Math.max(0, size - TAIL);
        Optional<Last> last = readLast(file, from, size, believed);
        if (last.isEmpty() && from > 0) {
            last = readLast(file, 0, size, believed);
        }
        return last.orElse(new Last(Optional.empty(), 0, size));
    }

    private static Optional<Last> readLast(Path file, long from, long size, Predicate<Checkpoint> believed)
            throws IOException {
        String text;
        try (InputStream input = LogFiles.read(file, from)) {
            text = new String(input.readNBytes((int) (size - from)), StandardCharsets.ISO_8859_1);
        }
        for (int at = text.lastIndexOf(BEGINNING); at >= 0; at = at == 0 ? -1 : text.lastIndexOf(BEGINNING, at - 1)) {
            int end = endOf(text, at);
            Optional<Checkpoint> note = end < 0 ? Optional.empty() : parse(text.substring(at, end));
            if (note.filter(believed).isPresent()) {
                long bytes = from + end + 1;
                return Optional.of(new Last(note, bytes, size - bytes));
            }
        }
        return Optional.empty();
    }

    /** Where the note that begins there ends, its empty line not included; negative where it does not. */
    private static int endOf(String text, int at) {
        int signatures = text.indexOf("\n\n", at);
        int end = signatures < 0 ? -1 : text.indexOf("\n\n", signatures + 2);
        return end < 0 ? -1 : end + 1;
    }

    private static Optional<Checkpoint> parse(String note) {
        try {
            return Optional.of(
                    Checkpoint.parse(new String(note.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
        } catch (ConfigurationException e) {
            return Optional.empty();
        }
    }

    private static Content parseAll(String text) {
        List<Optional<Checkpoint>> notes = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = endOf(text, from);
            Optional<Checkpoint> note = end < 0 ? Optional.empty() : parse(text.substring(from, end));
            notes.add(note);
            int next = note.isPresent() ? end + 1 : beginningBehind(text, from);
            if (next < 0) {
                return new Content(notes, end < 0 && isHalf(text.substring(from)));
            }
            from = next;
        }
        return new Content(notes, false);
    }

    private static int beginningBehind(String text, int from) {
        int line = text.indexOf("\n" + BEGINNING, from);
        return line < 0 ? -1 : line + 1;
    }

    private static boolean isHalf(String rest) {
        return rest.length() < LONGEST_HALF
                && rest.regionMatches(0, BEGINNING, 0, Math.min(BEGINNING.length(), rest.length()));
    }

    /** A note as it stands in the file. */
    public static byte[] encode(String note) {
        return (note + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
