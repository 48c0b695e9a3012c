package dev.chancery.backup.escrow;

import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one custodian keeps. Its printed form is one line of capitals and digits, {@code CHANCERY-SHARE-1:ARCHIVE:3-5:2:DATA:CHECKSUM}, where the second of
 * five shares is written of which three are needed. Immutable.
 */
public final class Share {
    private static final String MARK = "CHANCERY-SHARE-";
    private static final Pattern FORM = Pattern.compile(
            MARK + "1:([0-9A-F]{16}):([0-9]{1,3})-([0-9]{1,3}):([0-9]{1,3}):([0-9A-F]{16,256}):([0-9A-F]{8})");
    private static final int CHECKSUM = 8;

    private final ArchiveId archive;
    private final int threshold;
    private final int custodians;
    private final int number;
    private final byte[] data;

    Share(ArchiveId archive, int threshold, int custodians, int number, byte[] data) {
        this.archive = archive;
        this.threshold = threshold;
        this.custodians = custodians;
        this.number = number;
        this.data = data;
    }

    /**
     * Reads a share as it was printed: somewhere in the text, broken into lines or not, in capitals or not.
     *
     * @param text the text
     * @param name what it is called in messages, such as the name of its file
     * @return the share
     * @throws ConfigurationException if there is none, or it is damaged
     */
    public static Share parse(String text, String name) {
        String plain = text.toUpperCase(Locale.ROOT);
        int start = plain.indexOf(MARK);
        if (start < 0) {
            throw new ConfigurationException("There is no share in " + name + ": it begins with " + MARK
                    + "1. Give the share as it was printed.");
        }
        Matcher matcher = FORM.matcher(
                plain.substring(start).replaceAll("[\\s]", "").replaceAll("(?<=[0-9A-F])-(?=[0-9A-F]{4})", ""));
        if (!matcher.lookingAt() || !isWhole(matcher)) {
            throw new ConfigurationException("The share in " + name
                    + " is damaged: its checksum does not fit. Compare it with what was printed, digit by digit.");
        }
        return new Share(
                new ArchiveId(matcher.group(1).toLowerCase(Locale.ROOT)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                HexFormat.of().withUpperCase().parseHex(matcher.group(5)));
    }

    private static boolean isWhole(Matcher matcher) {
        String before = matcher.group().substring(0, matcher.group().length() - CHECKSUM);
        return matcher.group(5).length() % 2 == 0 && checksum(before).equals(matcher.group(6));
    }

    private static String checksum(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.US_ASCII))
                .substring(0, CHECKSUM)
                .toUpperCase(Locale.ROOT);
    }

    /**
     * The archive that it helps to open.
     *
     * @return the archive's id
     */
    public ArchiveId archive() {
        return archive;
    }

    /**
     * How many shares open the archive.
     *
     * @return the number
     */
    public int threshold() {
        return threshold;
    }

    /**
     * How many shares there are.
     *
     * @return the number
     */
    public int custodians() {
        return custodians;
    }

    /**
     * Which of them this is.
     *
     * @return from 1 on
     */
    public int number() {
        return number;
    }

    byte[] data() {
        return data.clone();
    }

    /**
     * The line that is printed, and that {@link #parse} reads. It is a secret.
     *
     * @return capitals, digits, colons and a hyphen
     */
    public String text() {
        String before = MARK + "1:" + archive.value().toUpperCase(Locale.ROOT) + ":" + threshold + "-" + custodians
                + ":" + number + ":" + HexFormat.of().withUpperCase().formatHex(data) + ":";
        return before + checksum(before);
    }

    /** Says which share it is, and nothing of what it holds. */
    @Override
    public String toString() {
        return "share " + number + " of " + custodians + " of archive " + archive;
    }
}
