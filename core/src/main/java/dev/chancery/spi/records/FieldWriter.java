package dev.chancery.spi.records;

import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.StateChange;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes a record into so many fields of so many characters. */
final class FieldWriter {
    /** Less than {@link FieldReader#MAX_LENGTH}, as the names of pieces that are still to come are not counted. */
    static final int MAX_LENGTH = 380_000;

    private final int fields;
    private final int length;
    private final int most;
    private final Map<String, String> written = new LinkedHashMap<>();
    private final List<String> labelsLeftOut = new ArrayList<>();

    private FieldWriter(int fields, int length, int most) {
        this.fields = Math.min(fields, FieldReader.MAX_FIELDS);
        this.length = length;
        this.most = most;
    }

    /** @throws UnsupportedException if there is no room for what may not give way */
    static FieldWriter write(KeyRecord record, int fields, int length) {
        return write(record, new FieldWriter(fields, length, MAX_LENGTH));
    }

    /**
     * Writes a record into so many characters, each value in one piece.
     *
     * @throws UnsupportedException if there is no room for what may not give way
     */
    static FieldWriter writeInto(int characters, KeyRecord record) {
        return write(record, new FieldWriter(Integer.MAX_VALUE, Integer.MAX_VALUE, Math.min(characters, MAX_LENGTH)));
    }

    private static FieldWriter write(KeyRecord record, FieldWriter writer) {
        writer.writeMandatory(record);
        record.publicKey().ifPresent(writer::writeIfRoom);
        writer.writeLabels(record.attributes().labels());
        writer.writeHistory(record.attributes().history());
        return writer;
    }

    /** What may not give way, each value in one piece. */
    static Map<String, String> mandatory(KeyRecord record) {
        FieldWriter writer = new FieldWriter(Integer.MAX_VALUE, Integer.MAX_VALUE, MAX_LENGTH);
        writer.writeMandatory(record);
        return writer.written;
    }

    Map<String, String> written() {
        return written;
    }

    /** Names of labels that found no room. */
    List<String> labelsLeftOut() {
        return labelsLeftOut;
    }

    private void writeMandatory(KeyRecord record) {
        KeyAttributes attributes = record.attributes();
        put(FieldNames.STATE, attributes.state().name());
        put(FieldNames.CREATED, attributes.created().toString());
        put(FieldNames.ORIGIN, attributes.origin().name());
        attributes.signFrom().ifPresent(from -> put(FieldNames.SIGN_FROM, from.toString()));
        attributes.signUntil().ifPresent(until -> put(FieldNames.SIGN_UNTIL, until.toString()));
        attributes.verifyUntil().ifPresent(until -> put(FieldNames.VERIFY_UNTIL, until.toString()));
        attributes.compromisedSince().ifPresent(since -> put(FieldNames.COMPROMISED_SINCE, since.toString()));
        attributes.ring().ifPresent(position -> {
            put(FieldNames.RING, position.ring().value());
            put(FieldNames.GENERATION, Long.toString(position.generation()));
        });
        attributes.defaultAlgorithm().ifPresent(algorithm -> put(FieldNames.ALGORITHM, algorithm.name()));
        put(FieldNames.REVISION, Long.toString(record.revision()));
        record.fingerprint().ifPresent(fingerprint -> put(FieldNames.FINGERPRINT, fingerprint));
        put(
                FieldNames.HELD,
                record.held().stream()
                        .map(held -> held.ring() + "/" + held.generation())
                        .collect(Collectors.joining("_")));
        record.successor().ifPresent(next -> put(FieldNames.SUCCESSOR, next.generation() + "_" + next.fingerprint()));
        record.emergencyFor().ifPresent(key -> put(FieldNames.EMERGENCY_FOR, QEncoding.encode(key)));
        put(FieldNames.WITHDRAWN, record.withdrawn() ? "true" : "");
        record.rotating()
                .ifPresent(right -> put(FieldNames.ROTATING, right.until() + "_" + QEncoding.encode(right.who())));
        new TreeMap<>(record.notes()).forEach((name, value) -> put(FieldNames.note(name), QEncoding.encode(value)));
        if (written.size() > fields || usedLength() > most) {
            throw new UnsupportedException("The key's record is too long for this store: it has room for "
                    + (length < Integer.MAX_VALUE ? fields + " fields of " + length : most)
                    + " characters, and without labels and history the record takes "
                    + written.size() + " fields and " + usedLength()
                    + " characters. Remove fields that others have put there, or keep the key in another store.");
        }
    }

    private void writeIfRoom(PublicKey key) {
        String text = PublicKeyText.write(key);
        if (text.length() <= room()) {
            put(FieldNames.PUBLIC_KEY, text);
        }
    }

    /** A label is kept whole or not at all, those first whose names come first. */
    private void writeLabels(Map<String, String> labels) {
        long room = room();
        StringBuilder text = new StringBuilder();
        new TreeMap<>(labels).forEach((name, value) -> {
            String both = QEncoding.encode(name + "\n" + value + "\n");
            if (text.length() + both.length() <= room) {
                text.append(both);
            } else {
                labelsLeftOut.add(name);
            }
        });
        cut(FieldNames.LABELS, text.toString(), FieldNames.piece(FieldNames.LABELS, 1));
    }

    /** As many lines as there is room for, the youngest. */
    private void writeHistory(List<StateChange> history) {
        long room = room();
        StringBuilder text = new StringBuilder();
        for (int i = history.size() - 1; i >= 0; i--) {
            StateChange change = history.get(i);
            String line = QEncoding.encode(
                    change.at() + " " + change.from() + " " + change.to() + " " + change.reason() + "\n");
            if (text.length() + line.length() > room) {
                break;
            }
            text.insert(0, line);
        }
        cut(FieldNames.HISTORY, text.toString(), FieldNames.piece(FieldNames.HISTORY, 1));
    }

    private long room() {
        return Math.min((long) (fields - written.size()) * length, most - usedLength());
    }

    private int usedLength() {
        return written.entrySet().stream()
                .mapToInt(field -> field.getKey().length() + field.getValue().length())
                .sum();
    }

    private void put(String name, String value) {
        cut(name, value, name);
    }

    private void cut(String name, String value, String first) {
        for (int from = 0, number = 1; from < value.length(); number++) {
            int to = (int) Math.min((long) from + length, value.length());
            written.put(number == 1 ? first : FieldNames.piece(name, number), value.substring(from, to));
            from = to;
        }
    }
}
