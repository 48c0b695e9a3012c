package dev.chancery.spi.records;

import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.spi.support.Printable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A key's record as a few long tags, for a place that has fewer than a record has fields: {@code state}, once it is marked
 * {@code compromised-since}, which people can read, and the fields of {@link RecordFields} as {@code name=value;} one after the other, cut into
 * {@code 1}, {@code 2}, …, the last of which ends with a dot.
 *
 * <p>Where there is little room, history and labels give way. A tag that is gone makes the record damaged; its mark counts all the same.
 */
public final class RecordTags {
    /** The tag that says that a key is compromised. */
    public static final String COMPROMISED_SINCE = FieldNames.COMPROMISED_SINCE;

    /** Two tags that people read, and the shortest rest. */
    private static final int LEAST = 3;

    /** What joins fields, and the names of two that are cut elsewhere. */
    private static final int JOINTS = 100;

    private static final char BETWEEN = ';';
    private static final String END = ".";

    private RecordTags() {}

    /**
     * Writes a record.
     *
     * @param record the record
     * @param tags how many tags it may take, one for a mark included, be there one or not
     * @param length how many characters a tag's value may have
     * @return the tags' names and values, the same for the same record; at most {@code tags}
     * @throws UnsupportedException if there is no room for what may not give way
     */
    public static Map<String, String> encode(KeyRecord record, int tags, int length) {
        return join(write(record, tags, length), length);
    }

    /**
     * Refuses labels that would be left out.
     *
     * @param record the record of a key that is to be made
     * @param tags as for {@link #encode}
     * @param length as for {@link #encode}
     * @throws UnsupportedException if there is no room for all labels
     */
    public static void requireRoom(KeyRecord record, int tags, int length) {
        var leftOut = write(record, tags, length).labelsLeftOut();
        if (!leftOut.isEmpty()) {
            throw new UnsupportedException("The key's labels are too long for this store: it has room for " + tags
                    + " tags of " + length + " characters, and " + leftOut.size() + " labels do not fit, '"
                    + Printable.of(leftOut.get(0)) + "' for one. Shorten them.");
        }
    }

    private static FieldWriter write(KeyRecord record, int tags, int length) {
        if (tags < LEAST) {
            throw new UnsupportedException("The key's record needs " + LEAST + " tags at least, and its place has "
                    + tags + " left. Remove tags that others have put there, or keep the key in another store.");
        }
        int rest = (tags - LEAST + 1) * length - JOINTS;
        // Both stand in tags of their own, and take no room from the rest.
        int apart = record.attributes().state().name().length()
                + record.attributes()
                        .compromisedSince()
                        .map(CompromisedSince::toString)
                        .map(String::length)
                        .orElse(0);
        return FieldWriter.writeInto(rest + apart, record);
    }

    private static Map<String, String> join(FieldWriter writer, int length) {
        Map<String, String> tags = new LinkedHashMap<>();
        StringBuilder rest = new StringBuilder();
        writer.written().forEach((name, value) -> {
            if (name.equals(FieldNames.STATE) || name.equals(FieldNames.COMPROMISED_SINCE)) {
                tags.put(name, value);
            } else {
                rest.append(name).append('=').append(value).append(BETWEEN);
            }
        });
        rest.append(END);
        for (int from = 0, number = 1; from < rest.length(); from += length, number++) {
            tags.put(Integer.toString(number), rest.substring(from, Math.min(rest.length(), from + length)));
        }
        return tags;
    }

    /**
     * Whether a tag is a record's.
     *
     * @param name the tag's name
     * @return {@code true} if {@link #encode} writes tags of that name
     */
    public static boolean isOurs(String name) {
        return name.equals(FieldNames.STATE)
                || name.equals(FieldNames.COMPROMISED_SINCE)
                || name.equals(FieldNames.VERSION)
                || name.matches("[1-9][0-9]?");
    }

    /**
     * Reads a record back. A mark beats a state.
     *
     * @param tags the tags that may be the record's; all others are passed over
     * @param version what identifies this version of the record
     * @return the record; absent if no tag is a record's. A damaged one tells its mark
     */
    public static StoredRecord decode(Map<String, String> tags, String version) {
        Map<String, String> ours = new TreeMap<>();
        tags.forEach((name, value) -> {
            if (isOurs(name) && !value.isEmpty()) {
                ours.put(name, value);
            }
        });
        StringBuilder rest = new StringBuilder();
        for (int number = 1; ours.containsKey(Integer.toString(number)); number++) {
            rest.append(ours.get(Integer.toString(number)));
        }
        Map<String, String> fields = split(rest.toString());
        for (String name : new String[] {FieldNames.VERSION, FieldNames.STATE, FieldNames.COMPROMISED_SINCE}) {
            fields.remove(name);
            if (ours.containsKey(name)) {
                fields.put(name, ours.get(name));
            }
        }
        FieldReader reader = new FieldReader(
                fields,
                "What the key's tags say",
                "Put the tags right, or restore them from an inventory or the audit log.");
        boolean whole =
                ours.isEmpty() || rest.toString().endsWith(BETWEEN + END) || fields.containsKey(FieldNames.VERSION);
        return whole ? reader.read(version) : reader.damaged("the end is missing", version);
    }

    private static Map<String, String> split(String rest) {
        Map<String, String> fields = new HashMap<>();
        for (String field : rest.split(String.valueOf(BETWEEN), -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.putIfAbsent(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }
}
