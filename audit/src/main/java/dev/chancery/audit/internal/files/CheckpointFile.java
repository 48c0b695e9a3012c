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
     * @param checkpoints the notes, in order
     * @param bytes how many bytes they take; what is behind them is a note that was not written to its end, or no note
     * @param rest how many bytes are behind them
     * @param isHalfNote whether those can be a note that was not written to its end
     */
    public record Content(List<Checkpoint> checkpoints, long bytes, long rest, boolean isHalfNote) {}

    /**
     * The last note of a file that is to be believed.
     *
     * @param bytes how many bytes there are up to its end
     * @param rest how many are behind it
     */
    public record Last(Optional<Checkpoint> checkpoint, long bytes, long rest) {}

    /** Reads the notes up to the first that is none. */
    public static Content read(Path file) throws IOException {
        if (!isThere(file)) {
            return new Content(List.of(), 0, 0, false);
        }
        byte[] bytes = Files.readAllBytes(file);
        return parse(new String(bytes, StandardCharsets.ISO_8859_1), bytes.length);
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

    private static Content parse(String text, long size) {
        List<Checkpoint> checkpoints = new ArrayList<>();
        int from = 0;
        for (int end = endOf(text, 0); end >= 0; end = endOf(text, from)) {
            Optional<Checkpoint> note = parse(text.substring(from, end));
            if (note.isEmpty()) {
                break;
            }
            checkpoints.add(note.get());
            from = end + 1;
        }
        boolean half = endOf(text, from) < 0
                && size - from < LONGEST_HALF
                && text.regionMatches(from, BEGINNING, 0, BEGINNING.length());
        return new Content(checkpoints, from, size - from, half);
    }

    /** A note as it stands in the file. */
    public static byte[] encode(String note) {
        return (note + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
