package dev.chancery.spi.records;

import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.StateChange;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A key's record as labels of Google Cloud: keys and values of {@code [a-z0-9_-]}, at most 63 characters each, and 64 labels that all
 * versions of a CryptoKey share. Each version has {@code v12-state}, once it is marked {@code v12-compromised-since}, which people can read, and the
 * rest in a few letters, cut into {@code v12-1}, {@code v12-2}, …
 *
 * <p>The user's labels and the youngest of the history stand there as far as there is room. The public half is left out, and a fingerprint is the
 * first 160 bits, 40 hexadecimal digits. Nothing else is lost.
 */
public final class RecordLabels {
    private static final int MOST_LABELS = 64;
    private static final int LENGTH = 63;
    private static final char NOTE = 'k';
    private static final char LABEL = 'l';
    private static final char CHANGE = 'y';
    private static final String LINE_END = "=0A";

    /** After a hyphen stands a hexadecimal digit in either text. */
    private static final String BETWEEN = "--";

    private final String prefix;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private Optional<String> problem = Optional.empty();

    private RecordLabels(long version) {
        prefix = prefix(version);
    }

    private static String prefix(long version) {
        return "v" + version + "-";
    }

    /**
     * Writes a record without what may give way: the user's labels and the history.
     *
     * @param record the record
     * @param version the number of the CryptoKey's version
     * @return the version's labels, the same for the same record; they replace all of which {@link #isOf} holds
     * @throws UnsupportedException if they alone are more than a CryptoKey takes
     */
    public static Map<String, String> encode(KeyRecord record, long version) {
        return encode(record, version, 0);
    }

    /**
     * Writes a record with as many of the user's labels, and then of the youngest changes of its state, as there is room for.
     *
     * @param record the record
     * @param version the number of the CryptoKey's version
     * @param extra how many labels more may be used for that
     * @return the version's labels, the same for the same record; they replace all of which {@link #isOf} holds
     * @throws UnsupportedException if what may not give way is more than a CryptoKey takes
     */
    public static Map<String, String> encode(KeyRecord record, long version, int extra) {
        String prefix = prefix(version);
        Map<String, String> labels = new LinkedHashMap<>();
        Map<String, String> fields = FieldWriter.mandatory(record);
        labels.put(prefix + FieldNames.STATE, LabelValues.writeConstant(fields.getOrDefault(FieldNames.STATE, "")));
        String mark = fields.get(FieldNames.COMPROMISED_SINCE);
        if (mark != null) {
            labels.put(prefix + FieldNames.COMPROMISED_SINCE, LabelValues.writeMark(mark));
        }
        StringBuilder rest = rest(fields);
        int room = (rest.length() / LENGTH + 1 + extra) * LENGTH - 1;
        for (String token : extra == 0 ? List.<String>of() : extras(record.attributes(), room - rest.length())) {
            rest.append(token).append('_');
        }
        rest.append(LabelToken.END.letter);
        for (int from = 0, number = 1; from < rest.length(); from += LENGTH, number++) {
            labels.put(prefix + number, rest.substring(from, Math.min(rest.length(), from + LENGTH)));
        }
        if (labels.size() > MOST_LABELS) {
            throw new UnsupportedException("The key's record takes " + labels.size() + " labels, and its place has "
                    + MOST_LABELS + ". Keep the key in another store.");
        }
        return labels;
    }

    private static StringBuilder rest(Map<String, String> fields) {
        StringBuilder rest = new StringBuilder();
        for (LabelToken token : LabelToken.values()) {
            String value = fields.get(token.field);
            if (value != null) {
                rest.append(token.write(value)).append('_');
            }
        }
        fields.forEach((name, value) -> {
            if (name.startsWith(FieldNames.NOTE)) {
                rest.append(NOTE)
                        .append(LabelValues.writeText(name.substring(FieldNames.NOTE.length())))
                        .append(BETWEEN)
                        .append(LabelValues.writeText(value))
                        .append('_');
            }
        });
        return rest;
    }

    /** What there is room for: labels whole, those first whose names come first, and the youngest changes, oldest first. */
    private static List<String> extras(KeyAttributes attributes, int room) {
        List<String> tokens = new ArrayList<>();
        int used = 0;
        for (String token : labelTokens(attributes)) {
            if (used + token.length() + 1 <= room) {
                tokens.add(token);
                used += token.length() + 1;
            }
        }
        int labels = tokens.size();
        List<StateChange> history = attributes.history();
        for (int i = history.size() - 1; i >= 0; i--) {
            String token = changeToken(history.get(i));
            used += token.length() + 1;
            if (used > room) {
                break;
            }
            tokens.add(labels, token);
        }
        return tokens;
    }

    private static List<String> labelTokens(KeyAttributes attributes) {
        List<String> tokens = new ArrayList<>();
        new TreeMap<>(attributes.labels())
                .forEach((name, value) -> tokens.add(LABEL + writeAny(name) + BETWEEN + writeAny(value)));
        return tokens;
    }

    private static String changeToken(StateChange change) {
        return CHANGE
                + LabelValues.writeInstant(change.at().toString())
                + BETWEEN
                + LabelValues.writeConstant(change.from().name())
                + BETWEEN
                + LabelValues.writeConstant(change.to().name())
                + BETWEEN
                + writeAny(change.reason());
    }

    private static String writeAny(String text) {
        return LabelValues.writeText(QEncoding.encode(text));
    }

    /**
     * Refuses labels of the user's that would be left out.
     *
     * @param record the record of a key that is to be made
     * @param extra as for {@link #encode(KeyRecord, long, int)}
     * @throws UnsupportedException if there is no room for all of them
     */
    public static void requireRoom(KeyRecord record, int extra) {
        int length = labelTokens(record.attributes()).stream()
                .mapToInt(token -> token.length() + 1)
                .sum();
        if (length > extra * LENGTH) {
            throw new UnsupportedException("The key's labels are too long for this store: they take " + length
                    + " letters of a label of Google's, and it has room for " + extra * LENGTH + ". Shorten them.");
        }
    }

    /**
     * Whether a label is a record's.
     *
     * @param label a label's key
     * @param version the number of the CryptoKey's version
     * @return {@code true} if it is part of that version's record
     */
    public static boolean isOf(String label, long version) {
        String prefix = prefix(version);
        if (!label.startsWith(prefix)) {
            return false;
        }
        String name = label.substring(prefix.length());
        return name.equals(FieldNames.STATE)
                || name.equals(FieldNames.COMPROMISED_SINCE)
                || name.equals(FieldNames.VERSION)
                || name.matches("[1-9][0-9]?");
    }

    /**
     * Reads a record back. A mark beats a state.
     *
     * @param labels all labels of the CryptoKey
     * @param version the number of its version
     * @return the record, its version a hash of its labels; absent if the version has no label. A damaged one tells its mark, UNKNOWN where
     *     its date is not legible
     */
    public static StoredRecord decode(Map<String, String> labels, long version) {
        Map<String, String> ours = new TreeMap<>();
        labels.forEach((name, value) -> {
            if (!value.isEmpty() && isOf(name, version)) {
                ours.put(name, value);
            }
        });
        RecordLabels record = new RecordLabels(version);
        record.read(ours);
        FieldReader fields = new FieldReader(
                record.fields,
                "What the labels of version " + version + " say",
                "Put the labels right, or restore them from an inventory or the audit log.");
        String hash = ours.isEmpty() ? "" : Sha256.hex(ours.toString().getBytes(StandardCharsets.UTF_8));
        return record.problem.map(why -> fields.damaged(why, hash)).orElseGet(() -> fields.read(hash));
    }

    private void read(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return;
        }
        labels.forEach((name, value) -> {
            switch (name.substring(prefix.length())) {
                case FieldNames.STATE -> fields.put(FieldNames.STATE, LabelValues.readConstant(value));
                case FieldNames.COMPROMISED_SINCE ->
                    fields.put(FieldNames.COMPROMISED_SINCE, LabelValues.readMark(value));
                case FieldNames.VERSION -> fields.put(FieldNames.VERSION, value);
                default -> {} // a piece of the rest
            }
        });
        if (!fields.containsKey(FieldNames.VERSION)) {
            readRest(labels);
        }
    }

    private void readRest(Map<String, String> labels) {
        StringBuilder rest = new StringBuilder();
        for (int number = 1; labels.containsKey(prefix + number); number++) {
            rest.append(labels.get(prefix + number));
        }
        String[] tokens = rest.toString().split("_", -1);
        boolean whole = rest.length() <= MOST_LABELS * LENGTH
                && tokens[tokens.length - 1].equals(String.valueOf(LabelToken.END.letter));
        if (!whole) {
            fail("the end is missing");
        }
        for (String token : tokens) {
            readToken(token);
        }
    }

    private void readToken(String token) {
        try {
            if (token.isEmpty()) {
                throw new IllegalArgumentException("nothing");
            }
            String value = token.substring(1);
            switch (token.charAt(0)) {
                case NOTE -> readNote(value);
                case LABEL -> readLabel(value);
                case CHANGE -> readChange(value);
                default -> readField(token.charAt(0), value);
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            fail("'" + Printable.of(token, LENGTH) + "' says nothing");
        }
    }

    private void readField(char letter, String value) {
        LabelToken kind = LabelToken.of(letter).orElseThrow(() -> new IllegalArgumentException("unknown letter"));
        if (kind != LabelToken.END) {
            put(kind.field, kind.read(value));
        }
    }

    private void readLabel(String value) {
        String[] parts = parts(value, 2);
        append(
                FieldNames.LABELS,
                LabelValues.readText(parts[0]) + LINE_END + LabelValues.readText(parts[1]) + LINE_END);
    }

    private void readChange(String value) {
        String[] parts = parts(value, 4);
        String change = LabelValues.readInstant(parts[0]) + " " + LabelValues.readConstant(parts[1]) + " "
                + LabelValues.readConstant(parts[2]) + " ";
        append(FieldNames.HISTORY, QEncoding.encode(change) + LabelValues.readText(parts[3]) + LINE_END);
    }

    private void readNote(String value) {
        int between = value.indexOf(BETWEEN);
        if (between < 0) {
            throw new IllegalArgumentException("one part");
        }
        put(
                FieldNames.NOTE + LabelValues.readText(value.substring(0, between)),
                LabelValues.readText(value.substring(between + BETWEEN.length())));
    }

    private static String[] parts(String value, int count) {
        String[] parts = value.split(BETWEEN, count);
        if (parts.length < count) {
            throw new IllegalArgumentException("too few parts");
        }
        return parts;
    }

    private void append(String text, String lines) {
        fields.merge(FieldNames.piece(text, 1), lines, String::concat);
    }

    private void put(String name, String value) {
        if (fields.putIfAbsent(name, value) != null) {
            fail("'" + Printable.of(name) + "' is there twice");
        }
    }

    private void fail(String what) {
        problem = problem.or(() -> Optional.of(what));
    }
}
