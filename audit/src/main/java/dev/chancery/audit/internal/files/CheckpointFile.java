package dev.chancery.audit.internal.files;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The checkpoints of one segment, in the file beside it: notes, each followed by an empty line. */
public final class CheckpointFile {
    private static final long LARGEST = 64 << 20;

    private CheckpointFile() {}

    /**
     * What a file of checkpoints holds.
     *
     * @param checkpoints the notes, in order
     * @param bytes how many bytes they take; what is behind them is a note that was not written to its end, or no note
     * @param rest how many bytes are behind them
     */
    public record Content(List<Checkpoint> checkpoints, long bytes, long rest) {}

    /** Reads the notes up to the first that is none. */
    public static Content read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Content(List.of(), 0, 0);
        }
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
            throw new IOException(file + " is no file, or too large to hold checkpoints.");
        }
        byte[] bytes = Files.readAllBytes(file);
        return parse(new String(bytes, StandardCharsets.UTF_8), bytes.length);
    }

    private static Content parse(String text, long size) {
        List<Checkpoint> checkpoints = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        while (true) {
            int signatures = text.indexOf("\n\n", from);
            int end = signatures < 0 ? -1 : text.indexOf("\n\n", signatures + 2);
            if (end < 0) {
                break;
            }
            String note = text.substring(from, end + 1);
            try {
                checkpoints.add(Checkpoint.parse(note));
            } catch (ConfigurationException e) {
                break;
            }
            from = end + 2;
            bytes += encode(note).length;
        }
        return new Content(checkpoints, bytes, size - bytes);
    }

    /** A note as it stands in the file. */
    public static byte[] encode(String note) {
        return (note + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
