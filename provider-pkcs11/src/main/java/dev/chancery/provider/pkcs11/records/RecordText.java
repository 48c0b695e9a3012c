package dev.chancery.provider.pkcs11.records;

import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordLines;
import dev.chancery.spi.records.StoredRecord;
import java.nio.charset.StandardCharsets;

/** A record as {@link RecordLines}, under the name of its key. */
final class RecordText {
    /** It had no fingerprints, and no notes: the record of a key that was being made was told by its missing public half. */
    private static final String FIRST_FORM = "chancery-key/1\n";

    private RecordText() {}

    static byte[] write(TokenKeyId id, KeyRecord record) {
        return RecordLines.write(id.keyId(), record);
    }

    /**
     * What a text says of the key that it was found under.
     *
     * @param where what to call it in messages
     */
    static StoredRecord read(TokenKeyId id, byte[] text, String where) {
        StoredRecord record = RecordLines.read(id.keyId(), text, where);
        return record instanceof StoredRecord.Present present
                        && new String(text, StandardCharsets.UTF_8).startsWith(FIRST_FORM)
                ? new StoredRecord.Present(ofFirstForm(present.record()), present.version())
                : record;
    }

    private static KeyRecord ofFirstForm(KeyRecord record) {
        return record.publicKey()
                .map(key -> record.toBuilder()
                        .fingerprint(KeyMetadata.fingerprint(key))
                        .build())
                .orElseGet(() -> HalfMade.mark(record));
    }
}
