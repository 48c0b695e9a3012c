package dev.chancery.audit.internal.sinks;

import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.options.AuditSink;
import dev.chancery.audit.record.AuditRecord;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the sinks beside the chain, on one daemon thread, so that none of them holds a caller up. The thread is woken once for
 * all that comes within {@value #LINGERING_MILLIS} ms: waking it for each record would cost the signers more than the record.
 */
public final class SideSinks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditSink.class);
    private static final long LINGERING_MILLIS = 10;
    private static final long CLOSE_MILLIS = 5_000;

    private final List<AuditSink> sinks;
    private final List<AnchorSink> anchors;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Semaphore room;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean idle = new AtomicBoolean(true);
    private final Thread teller;
    private volatile boolean closing;

    public SideSinks(AuditOptions options) {
        this(options, options.sinks());
    }

    private SideSinks(AuditOptions options, List<AuditSink> sinks) {
        this.sinks = sinks;
        this.anchors = options.anchors();
        this.room = new Semaphore(options.sinkQueue());
        this.teller = new Thread(this::run, "chancery-audit-sinks");
        teller.setDaemon(true);
    }

    /** Only what takes checkpoints: the other sinks may be an open log's, and are not to be closed. */
    public static SideSinks ofAnchors(AuditOptions options) {
        return new SideSinks(options, List.of());
    }

    /** From now on they are told, also what came before. */
    public SideSinks start() {
        teller.start();
        return this;
    }

    public void opened(Consumer<AuditRecord> log) {
        sinks.forEach(sink -> sink.opened(log));
    }

    /** Lets the sinks append their last records, behind all that they were told so far. */
    public void closing() {
        CountDownLatch said = new CountDownLatch(1);
        boolean offered = closing
                || offer(() -> {
                    sinks.forEach(this::closingEach);
                    said.countDown();
                });
        LockSupport.unpark(teller);
        boolean interrupted = false;
        try {
            if (!offered || (!closing && !said.await(CLOSE_MILLIS, TimeUnit.MILLISECONDS))) {
                LOG.warn("The sinks are slow: the log closes without their last records.");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closingEach(AuditSink sink) {
        try {
            sink.closing();
        } catch (RuntimeException e) {
            LOG.warn("The sink {} failed to finish.", sink.getClass().getName(), e);
        }
    }

    public void tell(List<AuditRecord> records) {
        if (!sinks.isEmpty() && !offer(() -> records.forEach(this::tellEach))) {
            lost.addAndGet(records.size());
        }
    }

    public void anchor(Checkpoint checkpoint) {
        if (!anchors.isEmpty() && !offer(() -> anchorEach(checkpoint))) {
            LOG.warn("The sinks are slow: a checkpoint went past the anchors. The next one covers it.");
        }
    }

    private boolean offer(Runnable task) {
        if (!room.tryAcquire()) {
            return false;
        }
        waiting.add(task);
        if (idle.compareAndSet(true, false)) {
            LockSupport.unpark(teller);
        }
        return true;
    }

    private void run() {
        while (!closing || !waiting.isEmpty()) {
            idle.set(true);
            if (waiting.isEmpty() && !closing) {
                LockSupport.park(this);
            }
            idle.set(false);
            tellWaiting();
            if (!closing) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(LINGERING_MILLIS));
            }
        }
    }

    private void tellWaiting() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            room.release();
            task.run();
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
        if (closing) {
            return;
        }
        closing = true;
        LockSupport.unpark(teller);
        boolean interrupted = false;
        try {
            teller.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (teller.isAlive()) {
            LOG.warn("The sinks are slow: what still waits for them goes past them. It is in the log.");
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
