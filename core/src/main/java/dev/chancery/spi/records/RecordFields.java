package dev.chancery.spi.records;

import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.support.Printable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key's record as a few short fields, for places that keep tags or lines beside a key.
 *
 * <p>Names and values are ASCII letters, digits and {@code . : / @ + - _ =}; any other character of a label or a reason is written as RFC
 * 2047's "Q" encoding does: {@code _} is a space, {@code =C3=BC} the UTF-8 of ü. State, dates, mark and ring have a field each, for people
 * to read and for rules of access to name. A value that is too long goes on in {@code name.2}, {@code name.3}, …; labels and
 * history begin with {@code labels.1} and {@code history.1}. An empty value stands for none.
 *
 * <p>Where there is little room, the history gives way first, its oldest lines before the others; then labels, each whole; then the
 * public half. Nothing else does.
 */
public final class RecordFields {
    /** The name of the field that holds the mark of compromise: an instant in ISO-8601, or {@code UNKNOWN}. */
    public static final String COMPROMISED_SINCE = FieldNames.COMPROMISED_SINCE;

    private RecordFields() {}

    /**
     * Writes a record.
     *
     * @param record the record
     * @param fields how many fields there is room for
     * @param length how many characters a field's value may have; 64 at least
     * @return the fields by name, state first; the same for the same record
     * @throws UnsupportedException if there is no room for what may not give way
     */
    public static Map<String, String> encode(KeyRecord record, int fields, int length) {
        return FieldWriter.write(record, fields, length).written();
    }

    /**
     * Requires that a record can be kept with all its labels; for keys that are about to be made.
     *
     * @param record the record
     * @param fields how many fields there is room for
     * @param length how many characters a field's value may have; 64 at least
     * @throws UnsupportedException if labels would give way, or not even the rest has room
     */
    public static void requireRoom(KeyRecord record, int fields, int length) {
        List<String> leftOut = FieldWriter.write(record, fields, length).labelsLeftOut();
        if (!leftOut.isEmpty()) {
            throw new UnsupportedException("The key's labels are too long for this store: it has room for " + fields
                    + " fields of " + length + " characters, and " + leftOut.size() + " labels do not fit, '"
                    + Printable.of(leftOut.get(0)) + "' for one. Shorten them.");
        }
    }

    /**
     * Reads a record back. A mark beats a state that another writer wrote at the same moment. The label {@code emergency-for}, which stood for
     * {@link KeyRecord#emergencyFor()} once, is read as that. A record without a revision has revision 0.
     *
     * @param fields fields by name; names that are no record's are passed over
     * @param version what the place tells two writings of the record apart by; empty where it cannot
     * @return the record; absent if there is no field of a record. A damaged one tells its mark, UNKNOWN where its date is not legible or
     *     only the state says that the key is compromised
     */
    public static StoredRecord decode(Map<String, String> fields, String version) {
        return new FieldReader(
                        fields,
                        "What is kept with the key",
                        "Put the fields right, or restore them from an inventory or the audit log.")
                .read(version);
    }

    /**
     * Writes a changed record into the fields of a place that gives no empty field back: as much of history and labels as there is room for.
     *
     * @param before the fields that the place holds, of the record and others of ours
     * @param changed the record
     * @param fields how many fields the record may take
     * @param length how many characters a field's value may have; 64 at least
     * @param most how many fields there may be in all, those of {@code before} that are not the record's and empty ones included
     * @return all fields that the place shall hold, those that are to be emptied with an empty value; empty if there is no room for what may
     *     not give way
     */
    public static Optional<Map<String, String>> fit(
            Map<String, String> before, KeyRecord changed, int fields, int length, int most) {
        for (int room = Math.min(fields, most); room > 0; room--) {
            Map<String, String> encoded;
            try {
                encoded = encode(changed, room, length);
            } catch (UnsupportedException full) {
                return Optional.empty();
            }
            Map<String, String> all = new HashMap<>(before);
            dropped(before, encoded).forEach(name -> all.put(name, ""));
            all.putAll(encoded);
            if (all.size() <= most) {
                return Optional.of(all);
            }
        }
        return Optional.empty();
    }

    /**
     * The names that a place must give an empty value, or remove, when a record has become shorter. The mark is never among them.
     *
     * @param before the fields that the place holds
     * @param after the fields that it shall hold
     * @return names of {@code before} that are a record's, have a value, and are not in {@code after}
     */
    public static List<String> dropped(Map<String, String> before, Map<String, String> after) {
        return before.entrySet().stream()
                .filter(field -> !field.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .filter(name -> FieldNames.isOurs(name) && !name.equals(COMPROMISED_SINCE))
                .filter(name -> !after.containsKey(name))
                .sorted()
                .toList();
    }
}
