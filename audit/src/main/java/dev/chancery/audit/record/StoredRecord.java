package dev.chancery.audit.record;

import java.nio.file.Path;

/**
 * A record as it stands in the log.
 *
 * @param file the segment
 * @param line the line in it, counted from 1
 * @param chain the number of the chain, which is the name of its directory
 * @param sequence the record's number in its chain, counted from 1
 * @param record what happened
 * @param proof what vouches for it; {@link Proof#UNPROVEN} until the log was verified
 */
public record StoredRecord(Path file, long line, int chain, long sequence, AuditRecord record, Proof proof) {

    /**
     * The same record with another proof.
     *
     * @param better what vouches for it
     * @return the record
     */
    public StoredRecord with(Proof better) {
        return new StoredRecord(file, line, chain, sequence, record, better);
    }
}
