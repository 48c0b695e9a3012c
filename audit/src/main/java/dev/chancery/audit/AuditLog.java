package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.sinks.SideSinks;
import dev.chancery.audit.internal.writing.ChainWriter;
import dev.chancery.audit.internal.writing.DiskThread;
import dev.chancery.audit.internal.writing.Entry;
import dev.chancery.audit.internal.writing.Heads;
import dev.chancery.audit.internal.writing.LogContext;
import dev.chancery.audit.internal.writing.Marks;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.interception.OperationInterceptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A directory in which every use of a key is written down, so that it can be shown later that nothing was changed or left out.
 * Thread-safe; any number of processes may keep the same log at once, each on a chain of its own. {@code docs/audit.md} has the
 * format.
 *
 * <p>A record is durable when the call that made it returns. Calls may be interrupted; no record is lost by it, and the flag
 * is kept.
 */
public final class AuditLog implements AutoCloseable {
    /** How often the heads of all chains are put on record in the log's own chain. */
    private static final Duration HEADS = Duration.ofMinutes(10);

    private final AuditOptions options;
    private final SideSinks sinks;
    private final ChainWriter writer;
    private final Heads heads;
    private final LogContext context;
    private final List<UnrecordedChanges> unrecorded = new CopyOnWriteArrayList<>();

    private AuditLog(Path directory, LogFiles files, AuditSigner signer, AuditOptions options) {
        this.options = options;
        this.sinks = new SideSinks(options);
        this.context =
                new LogContext(directory, files, options, signer, sinks::anchor, record -> sinks.tell(List.of(record)));
        this.writer = new ChainWriter(context);
        this.heads = new Heads(context, HEADS);
        sinks.start(); // not before: no close() ends them if the log cannot be opened
    }

    /**
     * Opens a log, with {@link AuditOptions#DEFAULT}.
     *
     * @param directory where it lies; made if it does not exist
     * @param signer the audit key, which comes from elsewhere
     * @return the open log
     * @throws IntegrityException if its own chain has lost records: such a log is not continued. A chain of records that has lost
     *     some stays as it is, and another begins with that
     * @throws ConfigurationException if the log is kept with another audit key, or is of the first edition
     * @throws AuditUnavailableException if the directory cannot be written to, or its disk does not answer within {@link AuditOptions#openingPatience()}
     */
    public static AuditLog open(Path directory, AuditSigner signer) {
        return open(directory, signer, AuditOptions.DEFAULT);
    }

    /**
     * Opens a log. What a crash has left half-written is cut off, kept, and told of in the log.
     *
     * @param directory where it lies; made if it does not exist
     * @param signer the audit key, which comes from elsewhere
     * @param options how to keep it
     * @return the open log
     * @throws IntegrityException if its own chain has lost records: such a log is not continued. A chain of records that has lost
     *     some stays as it is, and another begins with that
     * @throws ConfigurationException if the log is kept with another audit key, or is of the first edition
     * @throws AuditUnavailableException if the directory cannot be written to, or its disk does not answer within {@link AuditOptions#openingPatience()}
     */
    public static AuditLog open(Path directory, AuditSigner signer, AuditOptions options) {
        return open(directory, LogFiles.DISK, signer, options);
    }

    static AuditLog open(Path directory, LogFiles files, AuditSigner signer, AuditOptions options) {
        AuditLog log = new AuditLog(directory, files, signer, options);
        log.sinks.opened(record -> log.writeEventually(List.of(record)));
        return log;
    }

    /**
     * Writes something down. It is durable when this returns.
     *
     * @param record what happened
     * @throws AuditUnavailableException if it is not known to be durable
     * @throws ConfigurationException if it is longer than a line of the log may be: 65,535 bytes as JSON in ASCII
     */
    public void append(AuditRecord record) {
        write(List.of(record));
    }

    /**
     * What tells this log of the operations of a store.
     *
     * @return an interceptor, for {@link dev.chancery.KeyStore#intercept}; it has core judge a key as compromised that the log has so,
     *     even where the store does not, for the store was put back to an older state; and a key that the store has as
     *     suspended or compromised, and the log has not, is put on record
     * @throws AuditUnavailableException if the log cannot be read, or its disk does not answer within {@link AuditOptions#openingPatience()}
     */
    public OperationInterceptor interceptor() {
        Recorder recorder = recorder();
        Marks marks = marks();
        UnrecordedChanges changes =
                new UnrecordedChanges(recorder, marks, this::marks, options.clock(), options.patience());
        unrecorded.add(changes);
        return new AuditInterceptor(
                recorder, options, List.of(new ForgottenCompromises(recorder, marks, options.clock()), changes));
    }

    private Recorder recorder() {
        return new Recorder() {
            @Override
            public void write(List<AuditRecord> records) {
                AuditLog.this.write(records);
            }

            @Override
            public void writeLater(List<AuditRecord> records) {
                AuditLog.this.writeLater(records);
            }

            @Override
            public Entry writeAlong(List<AuditRecord> records) {
                return AuditLog.this.writeAlong(records);
            }

            @Override
            public void writeEventually(List<AuditRecord> records) {
                AuditLog.this.writeEventually(records);
            }

            @Override
            public void countMissing(int records) {
                AuditLog.this.countMissing(records);
            }
        };
    }

    private Marks marks() {
        try {
            return DiskThread.call(() -> Marks.ofLog(context), options.openingPatience());
        } catch (IOException e) {
            throw new AuditUnavailableException(
                    "The audit log in " + context.log() + " cannot be searched for compromised keys: " + e.getMessage()
                            + ". See to its directory and disk.",
                    e);
        }
    }

    /** Records of one thing; durable when this returns. */
    void write(List<AuditRecord> records) {
        Entry entry = entry(records, Entry.IfLost.TELL);
        sinks.tell(records);
        writer.write(entry);
    }

    /** Records that no caller waits for. */
    void writeLater(List<AuditRecord> records) {
        Entry entry = entry(records, Entry.IfLost.WRITE_AGAIN);
        sinks.tell(records);
        writer.writeLater(entry);
    }

    /** Records that go along with the next that a caller writes; whether that worked, the entry tells then. */
    Entry writeAlong(List<AuditRecord> records) {
        Entry entry = entry(records, Entry.IfLost.COUNT);
        sinks.tell(records);
        writer.writeLater(entry);
        return entry;
    }

    /** Records of what nothing may hold up. */
    void writeEventually(List<AuditRecord> records) {
        Entry entry = entry(records, Entry.IfLost.WRITE_AGAIN);
        sinks.tell(records);
        writer.writeEventually(entry);
    }

    /** Counts records that could not be written. */
    void countMissing(int records) {
        writer.countMissing(records);
    }

    private static Entry entry(List<AuditRecord> records, Entry.IfLost ifLost) {
        return new Entry(records.stream().map(LogLine::body).toList(), ifLost);
    }

    /** Where it lies. */
    Path directory() {
        return context.log();
    }

    /**
     * What tells this log from every other, to be kept with the verification key: {@link AuditOptions.Builder#log} insists on it.
     *
     * @return the log's id, 32 hexadecimal digits
     */
    public String id() {
        return writer.id();
    }

    /**
     * States now how far the chain has come, if there are records since the last checkpoint.
     *
     * @throws AuditUnavailableException if nothing can be written, or not within {@link AuditOptions#patience()}
     */
    public void checkpoint() {
        writer.checkpoint();
    }

    /** Whether a checkpoint covers every record. */
    boolean isCovered() {
        return writer.isCovered();
    }

    /** Writes what waits, makes a last checkpoint, and tells the sinks of it. Stores that are audited by it sign no more. */
    @Override
    public void close() {
        unrecorded.forEach(UnrecordedChanges::close);
        heads.close();
        sinks.closing();
        writer.close();
        sinks.close();
    }
}
