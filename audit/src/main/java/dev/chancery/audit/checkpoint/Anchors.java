package dev.chancery.audit.checkpoint;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checkpoints that have left the log: a file of notes, or of log lines that carry them as {@code note=…} in base64. */
public final class Anchors {
    private static final Pattern LINE = Pattern.compile("\\bnote=\"?([A-Za-z0-9+/]{40,8000}=*)");
    private static final Pattern NOTE = Pattern.compile(
            "chancery/audit/[0-9a-f]{32}/[0-9]+/[0-9a-f]{32}\\n(?:[^\\n]+\\n)+\\n(?:\u2014 [^\\n]+\\n)+");
    private static final long LARGEST = 256 << 20;
    private static final long END = 256 << 10;

    private Anchors() {}

    /**
     * Reads checkpoints. Anything else in the file is passed over.
     *
     * @param file the file
     * @return the checkpoints, in the file's order
     * @throws ConfigurationException if the file holds none, or cannot be read
     */
    public static List<Checkpoint> read(Path file) {
        String text;
        try {
            if (Files.size(file) > LARGEST) {
                throw new ConfigurationException("The anchor " + file + " is larger than 256 MiB; give its last part.");
            }
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The anchor " + file + " cannot be read: " + FileErrors.reason(e) + ".", e);
        }
        List<Checkpoint> checkpoints = parse(file, text);
        if (checkpoints.isEmpty()) {
            throw new ConfigurationException("The anchor " + file + " holds no checkpoint.");
        }
        return checkpoints;
    }

    private static List<Checkpoint> parse(Path file, String text) {
        List<Checkpoint> checkpoints = new ArrayList<>();
        Matcher lines = LINE.matcher(text);
        while (lines.find()) {
            checkpoints.add(Checkpoint.parse(decode(file, lines.group(1))));
        }
        Matcher notes = NOTE.matcher(text);
        while (notes.find()) {
            checkpoints.add(Checkpoint.parse(notes.group()));
        }
        return checkpoints;
    }

    /**
     * Reads the checkpoints at the end of a file that grows. Anything else in the file is passed over.
     *
     * @param file the file
     * @return the checkpoints of its last 256 KiB, in the file's order; none where there is no such file
     * @throws ConfigurationException if it cannot be read, or holds a note that is no base64
     */
    public static List<Checkpoint> readEnd(Path file) {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            try (InputStream input = Files.newInputStream(file)) {
                input.skipNBytes(Math.max(0, Files.size(file) - END));
                return parse(file, new String(input.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The anchor " + file + " cannot be read: " + FileErrors.reason(e) + ".", e);
        }
    }

    private static String decode(Path file, String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The anchor " + file + " holds a note that is no base64.", e);
        }
    }
}
