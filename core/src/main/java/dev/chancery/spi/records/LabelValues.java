package dev.chancery.spi.records;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of a record's fields in the letters of a label, {@code a-z 0-9 -}, and back. What cannot be translated is an
 * IllegalArgumentException or a DateTimeException.
 */
final class LabelValues {
    private static final int RADIX = 36;
    private static final int SECOND = 1_000_000_000;
    private static final int FINGERPRINT_DIGITS = 40;
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-v]{32}");
    private static final Pattern DATE =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})t([0-9]{2})-([0-9]{2})-([0-9]{2})(?:-([0-9]{1,9}))?z");

    private LabelValues() {}

    /** The name of a constant. */
    static String writeConstant(String value) {
        return value.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String readConstant(String label) {
        return label.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** A date that people can read, or UNKNOWN. */
    static String writeMark(String value) {
        return value.toLowerCase(Locale.ROOT).replace(':', '-').replace('.', '-');
    }

    /** What is no mark stays as it is, so that it counts as an illegible one. */
    static String readMark(String label) {
        Matcher date = DATE.matcher(label);
        if (!date.matches()) {
            return label.toUpperCase(Locale.ROOT);
        }
        String nanos = date.group(5) == null ? "" : "." + date.group(5);
        return date.group(1) + "T" + date.group(2) + ":" + date.group(3) + ":" + date.group(4) + nanos + "Z";
    }

    /** An instant: seconds since 1970 in base 36, a hyphen and the nanoseconds where there are any. */
    static String writeInstant(String value) {
        Instant instant = Instant.parse(value);
        String seconds = Long.toString(instant.getEpochSecond(), RADIX);
        return instant.getNano() == 0 ? seconds : seconds + "-" + Integer.toString(instant.getNano(), RADIX);
    }

    static String readInstant(String label) {
        int hyphen = label.indexOf('-', 1);
        long seconds = Long.parseLong(hyphen < 0 ? label : label.substring(0, hyphen), RADIX);
        int nanos = hyphen < 0 ? 0 : Integer.parseInt(label.substring(hyphen + 1), RADIX);
        if (nanos < 0 || nanos >= SECOND) {
            throw new IllegalArgumentException("no part of a second");
        }
        return Instant.ofEpochSecond(seconds, nanos).toString();
    }

    /** The first 160 bits of a fingerprint in base32hex (RFC 4648, 7), in lower case. */
    static String writeFingerprint(String value) {
        byte[] bits = HexFormat.of().parseHex(value, 0, FINGERPRINT_DIGITS);
        return String.format("%32s", new BigInteger(1, bits).toString(32)).replace(' ', '0');
    }

    static String readFingerprint(String label) {
        if (!FINGERPRINT.matcher(label).matches()) {
            throw new IllegalArgumentException("no fingerprint");
        }
        return String.format("%040x", new BigInteger(label, 32));
    }

    /** A generation and a fingerprint. */
    static String writeSuccessor(String value) {
        int between = value.indexOf('_');
        return value.substring(0, between) + "-" + writeFingerprint(value.substring(between + 1));
    }

    static String readSuccessor(String label) {
        int between = label.indexOf('-');
        return label.substring(0, Math.max(0, between)) + "_" + readFingerprint(label.substring(between + 1));
    }

    /** Any ASCII: what a label cannot hold is a hyphen and two hexadecimal digits. */
    static String writeText(String value) {
        StringBuilder label = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                label.append(c);
            } else {
                HexFormat.of().toHexDigits(label.append('-'), (byte) c);
            }
        }
        return label.toString();
    }

    static String readText(String label) {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < label.length(); i++) {
            if (label.charAt(i) != '-') {
                value.append(label.charAt(i));
            } else if (i + 2 < label.length()) {
                value.append((char) HexFormat.fromHexDigits(label, i + 1, i + 3));
                i += 2;
            } else {
                throw new IllegalArgumentException("half a character");
            }
        }
        return value.toString();
    }
}
