package dev.chancery.provider.pkcs11.records;

import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.Map;
import java.util.Optional;

/**
 * The note in the record of a key that is being made, or being removed. No reader takes such a key for one.
 *
 * <pre>
 *   half-made record ── pair ── whole record          a creation
 *   whole record ── half-made record ── pair ── none  the removal of a candidate
 * </pre>
 */
public final class HalfMade {
    private static final String NOTE = "half-made";

    private HalfMade() {}

    /** The record of a key that is not whole (any more). */
    public static KeyRecord mark(KeyRecord record) {
        return record.toBuilder().notes(Map.of(NOTE, "yes")).build();
    }

    /** Whether a record is that of a half-made key. */
    public static boolean is(StoredRecord record) {
        return in(record).isPresent();
    }

    /** The record, if it is that of a half-made key. */
    public static Optional<KeyRecord> in(StoredRecord record) {
        return record.legible().filter(legible -> legible.notes().containsKey(NOTE));
    }
}
