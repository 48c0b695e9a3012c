package dev.chancery.audit.internal.writing;

import dev.chancery.error.ChanceryException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the heads of the chains on record in the log's own chain now and then, on a thread of its own, off the hot path. */
public final class Heads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);

    private final LogContext context;
    private final Duration interval;
    private final Thread thread = new Thread(this::run, "chancery-audit-heads");
    private volatile boolean closing;

    /** Begins to wait for the first time. */
    public Heads(LogContext context, Duration interval) {
        this.context = context;
        this.interval = interval;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long next = System.nanoTime() + interval.toNanos();
        while (!closing) {
            long left = next - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else {
                add();
                next = System.nanoTime() + interval.toNanos();
            }
        }
    }

    private void add() {
        try (OwnChain own = OwnChain.open(context)) {
            own.addHeads();
        } catch (IOException | ChanceryException e) {
            LOG.error(
                    "The heads of the audit log's chains could not be put on record; it is tried again: {}",
                    e.getMessage(),
                    e);
        }
    }

    /** Waits no more; what is under way goes on. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
    }
}
