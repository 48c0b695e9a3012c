package dev.chancery.spi.records;

import dev.chancery.spi.support.PercentEncoding;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Translates lines of the form {@code chancery-key/1}, {@code name=value}, which tokens and their directories keep, into fields. */
final class FirstRecordLines {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z]+)=(.*)");

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("id", RecordText.ID),
            Map.entry("revision", FieldNames.REVISION),
            Map.entry("public", FieldNames.PUBLIC_KEY),
            Map.entry("state", FieldNames.STATE),
            Map.entry("created", FieldNames.CREATED),
            Map.entry("origin", FieldNames.ORIGIN),
            Map.entry("signFrom", FieldNames.SIGN_FROM),
            Map.entry("signUntil", FieldNames.SIGN_UNTIL),
            Map.entry("verifyUntil", FieldNames.VERIFY_UNTIL),
            Map.entry("compromisedSince", FieldNames.COMPROMISED_SINCE),
            Map.entry("defaultAlgorithm", FieldNames.ALGORITHM));

    private final BiConsumer<String, String> fields;
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder labels = new StringBuilder();
    private final StringBuilder history = new StringBuilder();

    /** Hands each field over as often as it is there. */
    FirstRecordLines(BiConsumer<String, String> fields) {
        this.fields = fields;
    }

    /** Returns whether the line has the form. */
    boolean read(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches() && read(matcher.group(1), matcher.group(2));
    }

    private boolean read(String name, String value) {
        switch (name) {
            case "ring" -> {
                int slash = value.indexOf('/');
                fields.accept(FieldNames.RING, value.substring(0, Math.max(0, slash)));
                fields.accept(FieldNames.GENERATION, value.substring(slash + 1));
            }
            case "claim" -> held.append(held.isEmpty() ? "" : "_").append(value);
            case "history" -> history.append(QEncoding.encode(value + "\n"));
            case "label" -> {
                return readLabel(value);
            }
            default -> {
                if (!NAMES.containsKey(name)) {
                    return false;
                }
                fields.accept(NAMES.getOrDefault(name, name), value);
            }
        }
        return true;
    }

    private boolean readLabel(String value) {
        int space = value.indexOf(' ');
        return PercentEncoding.decode(value.substring(0, Math.max(0, space)))
                .map(name -> labels.append(QEncoding.encode(name + "\n" + value.substring(space + 1) + "\n")))
                .isPresent();
    }

    /** Hands over what several lines say together. */
    void finish() {
        put(FieldNames.HELD, held);
        put(FieldNames.piece(FieldNames.LABELS, 1), labels);
        put(FieldNames.piece(FieldNames.HISTORY, 1), history);
    }

    private void put(String name, StringBuilder value) {
        if (!value.isEmpty()) {
            fields.accept(name, value.toString());
        }
    }
}
