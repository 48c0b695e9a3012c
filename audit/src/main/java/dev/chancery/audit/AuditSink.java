package dev.chancery.audit;

/**
 * Takes records beside the chain: a message queue, a SIEM, a database. Called by one daemon thread of the log, in the order
 * of the records, some time after they were handed to the chain; never by whoever signs. A sink that fails is logged and
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

    /** Releases what the sink holds. Called once, after the last record. */
    @Override
    default void close() {}
}
