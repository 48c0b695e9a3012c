package dev.chancery.audit;

import dev.chancery.audit.internal.writing.Entry;
import dev.chancery.audit.record.AuditRecord;
import java.util.List;

/** Where the records of operations go: into a log, or to be collected for one. */
interface Recorder {

    /** Records of one thing; durable when this returns. */
    void write(List<AuditRecord> records);

    /** Records that no caller waits for. */
    void writeLater(List<AuditRecord> records);

    /** Records that go along with the next that a caller writes; whether that worked, the entry tells then. */
    Entry writeAlong(List<AuditRecord> records);

    /** Records of what nothing may hold up. */
    void writeEventually(List<AuditRecord> records);

    /** Counts records that could not be written. */
    void countMissing(int records);
}
