package dev.chancery.audit.checkpoint;

/**
 * Takes checkpoints to where an attacker with the log's disk and key cannot reach them: another machine, a time-stamping
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

    /**
     * An anchor that writes each checkpoint to SLF4J's logger {@code dev.chancery.audit.checkpoints}, in a line that
     * {@code chancery audit verify --anchor} reads: it is worth what the way of log lines off this machine is worth.
     *
     * @return the anchor
     */
    static AnchorSink toLog() {
        return new Slf4jAnchor();
    }
}
