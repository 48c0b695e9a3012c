package dev.chancery.spi.records;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the values of a record's fields mean. A value that means nothing is an IllegalArgumentException, a DateTimeException or a
 * {@link dev.chancery.error.ConfigurationException}.
 */
final class FieldValues {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

    /** The whole of it, or the 160 bits that a label has room for. */
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");

    private FieldValues() {}

    static CompromisedSince mark(String text) {
        return text.equals(CompromisedSince.UNKNOWN.toString())
                ? CompromisedSince.UNKNOWN
                : CompromisedSince.at(Instant.parse(text));
    }

    static long number(String text) {
        requireMatch(NUMBER, text);
        return Long.parseLong(text);
    }

    static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    static String fingerprint(String text) {
        requireMatch(FINGERPRINT, text);
        return text;
    }

    private static void requireMatch(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("not " + pattern);
        }
    }

    static List<RingPosition> parsePositions(String text) {
        return Arrays.stream(text.split("_", -1))
                .map(FieldValues::parsePosition)
                .toList();
    }

    private static RingPosition parsePosition(String text) {
        String[] parts = inTwo(text, "/");
        return new RingPosition(new KeyName(parts[0]), number(parts[1]));
    }

    static KeyRecord.Successor successor(String text) {
        String[] parts = inTwo(text, "_");
        return new KeyRecord.Successor(number(parts[0]), fingerprint(parts[1]));
    }

    static KeyRecord.Rotating rotating(String text) {
        String[] parts = inTwo(text, "_");
        return new KeyRecord.Rotating(QEncoding.decode(parts[1]), Instant.parse(parts[0]));
    }

    private static String[] inTwo(String text, String separator) {
        String[] parts = text.split(separator, 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("one part");
        }
        return parts;
    }
}
