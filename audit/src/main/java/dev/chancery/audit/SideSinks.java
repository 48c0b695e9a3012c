package dev.chancery.audit;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the sinks beside the chain, on one daemon thread, so that none of them holds anybody up. */
final class SideSinks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditSink.class);
    private static final long CLOSE_SECONDS = 5;

    private final List<AuditSink> sinks;
    private final List<AnchorSink> anchors;
    private final ThreadPoolExecutor teller;
    private final AtomicLong lost = new AtomicLong();

    SideSinks(AuditOptions options) {
        this.sinks = options.sinks();
        this.anchors = options.anchors();
        this.teller = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(options.sinkQueue()), task -> {
                    Thread thread = new Thread(task, "chancery-audit-sinks");
                    thread.setDaemon(true);
                    return thread;
                });
        teller.allowCoreThreadTimeOut(true);
    }

    void tell(List<AuditRecord> records) {
        if (sinks.isEmpty()) {
            return;
        }
        try {
            teller.execute(() -> records.forEach(this::tellEach));
        } catch (RejectedExecutionException full) {
            lost.addAndGet(records.size());
        }
    }

    private void tellEach(AuditRecord record) {
        long before = lost.getAndSet(0);
        if (before > 0) {
            LOG.warn("The sinks are slow: {} records went past them. They are in the log.", before);
        }
        for (AuditSink sink : sinks) {
            try {
                sink.accept(record);
            } catch (RuntimeException e) {
                LOG.warn(
                        "The sink {} failed on a record; it is in the log.",
                        sink.getClass().getName(),
                        e);
            }
        }
    }

    void anchor(Checkpoint checkpoint) {
        try {
            teller.execute(() -> anchorEach(checkpoint));
        } catch (RejectedExecutionException full) {
            LOG.warn("The sinks are slow: a checkpoint went past the anchors. The next one covers it.");
        }
    }

    private void anchorEach(Checkpoint checkpoint) {
        for (AnchorSink anchor : anchors) {
            try {
                anchor.anchor(checkpoint);
            } catch (RuntimeException e) {
                LOG.error(
                        "The anchor {} did not take a checkpoint.",
                        anchor.getClass().getName(),
                        e);
            }
        }
    }

    @Override
    public void close() {
        teller.shutdown();
        boolean interrupted = false;
        try {
            if (!teller.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "The sinks are slow: {} records went past them. They are in the log.",
                        teller.getQueue().size());
                teller.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        for (AuditSink sink : sinks) {
            try {
                sink.close();
            } catch (RuntimeException e) {
                LOG.warn("The sink {} failed to close.", sink.getClass().getName(), e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
