package dev.chancery.backup.internal.layout;

import java.nio.charset.StandardCharsets;

/** The text of a PEM file, as far as its frame says anything. */
public final class PemText {
    private static final String DASHES = "-----";

    private PemText() {}

    /** Whether a file is empty, or begins as PEM and does not end so: a crash or a full disk left it. */
    public static boolean isCutOff(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(DASHES + "BEGIN ");
        int end = text.indexOf(DASHES + "END ", Math.max(begin, 0));
        boolean whole = end >= 0 && text.indexOf(DASHES, end + DASHES.length()) >= 0;
        return text.isBlank() || begin >= 0 && !whole;
    }
}
