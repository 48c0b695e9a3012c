package dev.chancery.spi.records;

import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A key's record as text, for a small file or a token's data object: a line that says what it is, the key's id, and the fields of
 * {@link RecordFields}, each a line {@code name: value}. The first form, {@code name=value}, is read too.
 */
public final class RecordLines {
    /** The longest text, in bytes. All labels fit, and the history that is kept. */
    public static final int MAX_BYTES = 512 * 1024;

    /** How many lines of the history are kept, the youngest: a token's memory is small, and the audit log has the rest. */
    public static final int MAX_HISTORY = 32;

    private static final int LENGTH = 1024;

    private RecordLines() {}

    /**
     * What a text says.
     *
     * @param id whose record it is; empty where that is not legible
     * @param record the record; its version is the text's SHA-256. A damaged one tells its mark wherever a line has it
     */
    public record Read(Optional<KeyId> id, StoredRecord record) {}

    /**
     * Writes a record.
     *
     * @param id the key's id
     * @param record its record
     * @return UTF-8, the same for the same record; at most {@value #MAX_BYTES} bytes
     * @throws UnsupportedException if there is no room for what may not give way
     */
    public static byte[] write(KeyId id, KeyRecord record) {
        KeyRecord kept = record.toBuilder()
                .attributes(Attributes.withHistory(record.attributes(), MAX_HISTORY))
                .build();
        StringBuilder text = new StringBuilder(RecordText.HEADER);
        text.append('\n').append(RecordText.ID).append(": ").append(id).append('\n');
        RecordFields.encode(kept, FieldReader.MAX_FIELDS, LENGTH)
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the record of a key.
     *
     * @param id the key's id
     * @param bytes the text
     * @param where what to call it in messages, "The file …" for one
     * @return what it says; damaged where it is another key's
     */
    public static StoredRecord read(KeyId id, byte[] bytes, String where) {
        Read read = read(bytes, where);
        return read.record() instanceof StoredRecord.Present present
                        && !read.id().equals(Optional.of(id))
                ? new StoredRecord.Damaged(
                        present.record().attributes().compromisedSince(),
                        where + " is the record of another key. Restore the right one from a backup.",
                        present.version())
                : read.record();
    }

    /**
     * Reads a record.
     *
     * @param bytes the text
     * @param where what to call it in messages, "The file …" for one
     * @return what it says
     */
    public static Read read(byte[] bytes, String where) {
        RecordText text = RecordText.of(bytes);
        FieldReader fields = new FieldReader(text.fields(), where, "Restore it from a backup.");
        String version = Sha256.hex(bytes);
        StoredRecord record = text.newer()
                .<StoredRecord>map(header -> fields.newer(header, RecordText.HEADER))
                .or(() -> text.problem().map(problem -> fields.damaged(problem, version)))
                .orElseGet(() -> fields.read(version));
        return new Read(text.id(), record);
    }
}
