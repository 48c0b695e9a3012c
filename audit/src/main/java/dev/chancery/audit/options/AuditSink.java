package dev.chancery.audit.options;

import dev.chancery.audit.record.AuditRecord;
import java.util.function.Consumer;

/**
 * Takes records beside the chain: a message queue, a SIEM, a database. Called by one daemon thread of the log, in the order
 * of the records, some time after they were handed to the chain; never by a thread that signs. A sink that fails is logged and
 * skipped for that record; one that is slow loses records once {@link AuditOptions#sinkQueue()} of them wait, and the log
 * says how many. Neither delays nor loses anything of the chain.
 */
@FunctionalInterface
public interface AuditSink extends AutoCloseable {

    /**
     * Takes a record.
     *
     * @param record what happened
     */
    void accept(AuditRecord record);

    /**
     * Takes note of the log that will tell of its records. Called once for each such log, before its first record.
     *
     * @param log appends a record to that log: from any thread, without waiting, and without throwing. The record comes back
     *     to the sinks as any other does. Once the log is closed, nothing is appended
     */
    default void opened(Consumer<AuditRecord> log) {}

    /**
     * Appends what the sink still has to say. Called once, by the log's thread, when the log is about to close and can still
     * be appended to; where that thread is too far behind, it is left out.
     */
    default void closing() {}

    /** Releases what the sink holds. Called once, after the last record. */
    @Override
    default void close() {}
}
