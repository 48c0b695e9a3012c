package dev.chancery.audit;

/**
 * Takes checkpoints to where whoever holds the log's disk and key cannot reach them: another machine, a time-stamping
 * service, paper. Only what has left can prove that a log has lost nothing since. Called by a daemon thread of the log, in
 * the order of the checkpoints of each chain; a failure is logged and changes nothing.
 */
@FunctionalInterface
public interface AnchorSink {

    /**
     * Takes a checkpoint.
     *
     * @param checkpoint how far a chain has come, signed
     */
    void anchor(Checkpoint checkpoint);
}
