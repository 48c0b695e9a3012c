package dev.chancery.audit;

import dev.chancery.KeyStore;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.writing.Entry;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is done with a store while no log may hold it up: collected in memory, as text that another process takes to the log. For taking
 * a key out of service, which comes first, also where the log's disk hangs. Thread-safe.
 */
public final class CollectedRecords {
    private final List<AuditRecord> records = new CopyOnWriteArrayList<>();

    /** Begins with nothing. */
    public CollectedRecords() {}

    /**
     * Collects what is done with a store from now on. Nothing is refused or withheld.
     *
     * @param store a store of core's
     * @return the same store
     */
    public KeyStore collect(KeyStore store) {
        store.intercept(new AuditInterceptor(recorder(), AuditOptions.DEFAULT, List.of()));
        return store;
    }

    /**
     * Adds a record.
     *
     * @param record what happened
     */
    public void add(AuditRecord record) {
        records.add(record);
    }

    /**
     * The records, each as a JSON object in one line of ASCII.
     *
     * @return the lines, each with its newline
     */
    public String lines() {
        StringBuilder lines = new StringBuilder();
        records.forEach(record -> lines.append(LogLine.unsealed(record)).append('\n'));
        return lines.toString();
    }

    /**
     * Reads a record of such a line.
     *
     * @param line the line, without its newline
     * @return the record
     * @throws ConfigurationException if it is none
     */
    public static AuditRecord parse(String line) {
        return LogLine.parseUnsealed(line);
    }

    private Recorder recorder() {
        return new Recorder() {
            @Override
            public void write(List<AuditRecord> more) {
                records.addAll(more);
            }

            @Override
            public void writeLater(List<AuditRecord> more) {
                records.addAll(more);
            }

            @Override
            public Entry writeAlong(List<AuditRecord> more) {
                records.addAll(more);
                return Entry.ofNothing();
            }

            @Override
            public void writeEventually(List<AuditRecord> more) {
                records.addAll(more);
            }

            @Override
            public void countMissing(int missing) {
                throw new IllegalStateException("Nothing that is collected goes missing.");
            }
        };
    }
}
