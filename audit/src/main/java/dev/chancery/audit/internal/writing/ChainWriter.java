package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainSlot;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.files.LostFileException;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ChanceryException;
import dev.chancery.spi.support.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings records into a chain. Who is alone writes and forces the file itself, which saves two changes of threads; as soon as
 * several come together, they leave it to one thread, which takes what is there, forces once, and wakes each of them.
 *
 * <p>Records that no caller waits for go along with the next that one waits for, or follow within {@value #LAZY_MILLIS} ms.
 */
public final class ChainWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainWriter.class);
    private static final long LAZY_MILLIS = 20;
    private static final int MANY = 256;
    private static final int LARGEST_BATCH = 1_024;

    /** Enough to tell of every suspended and compromised key, and not enough to fill the memory. */
    private static final int MOST_UNREFUSABLE = 65_536;

    /** Long enough for the others of the last batch to come back, short beside a forced write. */
    private static final long GATHERING_NANOS = 20_000;

    private static final long SHORTEST_RETRY = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(1);

    private final AuditOptions options;
    private final Semaphore room;
    private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Entry> unrefusable = new ConcurrentLinkedQueue<>();
    private final Semaphore unrefusableRoom = new Semaphore(MOST_UNREFUSABLE);
    private final AtomicLong missing = new AtomicLong();
    private final AtomicBoolean lazy = new AtomicBoolean();
    private final ReentrantLock io = new ReentrantLock();
    private final Thread thread;
    private final CompletableFuture<Chain> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final AtomicReference<@Nullable CompletableFuture<Void>> checkpointAsked = new AtomicReference<>();
    private volatile boolean signalled;
    private volatile boolean closing;
    private volatile boolean gone;
    private volatile int lastBatch = 1;
    private volatile @Nullable Exception trouble;

    // Confined to the writer's thread.
    private long checkpointAt;
    private long retryAt = System.nanoTime();
    private long retryPause = SHORTEST_RETRY;

    /**
     * Takes a chain of the log, repairs it where need be, and starts the thread.
     *
     * @param anchors is given each checkpoint
     */
    public ChainWriter(
            Path log, LogFiles files, AuditOptions options, AuditSigner signer, Consumer<Checkpoint> anchors) {
        this.options = options;
        this.room = new Semaphore(options.queue());
        this.thread = new Thread(() -> run(log, files, signer, anchors), "chancery-audit");
        thread.setDaemon(true);
        thread.start();
        join(opened);
    }

    /** Waits for the thread; an interrupt is kept for later. */
    private static <T> T join(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw cause instanceof IOException io
                    ? new AuditUnavailableException(
                            "The audit log cannot be opened: " + reason(io) + ". See to its directory and disk.", io)
                    : e;
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException there) {
            return there.getFile() + " is there and is no directory";
        }
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + " may not be used by this user";
        }
        if (e instanceof NoSuchFileException gone) {
            return gone.getFile() + " cannot be made or is gone";
        }
        return String.valueOf(e.getMessage());
    }

    // --- called by threads that have something to tell

    /** Tells of something, and waits until that is durable. An interrupt is kept for later. */
    public void write(Entry entry) {
        Deadline deadline = Deadline.in(options.patience());
        enqueue(entry, deadline);
        if (lastBatch <= 1 && io.tryLock()) {
            try {
                writeAlone();
            } finally {
                io.unlock();
            }
        }
        if (!entry.isEnded()) {
            signal();
        }
        if (!entry.await(deadline)) {
            Exception why = entry.failure() == null ? trouble : entry.failure();
            throw new AuditUnavailableException(
                    "The audit log could not be written to"
                            + (why == null
                                    ? " within " + options.patience().toMillis() + " ms"
                                    : ": " + why.getMessage())
                            + ". See to its disk; writing goes on by itself when that works again.",
                    why);
        }
    }

    /** Tells of something, and waits no longer than for room in the queue. */
    public void writeLater(Entry entry) {
        enqueue(entry, Deadline.in(options.patience()));
        boolean many = options.queue() - room.availablePermits() >= Math.min(MANY, options.queue());
        if (many) {
            signal();
        } else if (lazy.compareAndSet(false, true)) {
            LockSupport.unpark(thread);
        }
    }

    /** Tells of something that nothing may hold up: waits for nothing, and is written as soon as anything can be. */
    public void writeWhateverHappens(Entry entry) {
        if (closing || !unrefusableRoom.tryAcquire()) {
            countMissing(entry.bodies().size());
            return;
        }
        unrefusable.add(entry);
        signal();
        refuseIfGone();
    }

    /** Counts records that are not written; their number will be. */
    public void countMissing(long records) {
        missing.addAndGet(records);
    }

    private void enqueue(Entry entry, Deadline deadline) {
        if (!room.tryAcquire() && !deadline.acquire(room, 1)) {
            Exception why = trouble;
            throw new AuditUnavailableException(
                    options.queue() + " records wait for the audit log"
                            + (why == null ? "" : ", which cannot be written to: " + why.getMessage())
                            + ". Try again later.",
                    why);
        }
        if (closing) {
            room.release();
            throw new AuditUnavailableException("The audit log is closed, so nothing more can be recorded.", null);
        }
        queue.add(entry);
        refuseIfGone();
    }

    /** The writer may have looked through its queues for the last time just before. */
    private void refuseIfGone() {
        if (gone) {
            refuseWhatWaits();
        }
    }

    private void signal() {
        signalled = true;
        LockSupport.unpark(thread);
    }

    /** On the caller's thread, which must neither open files nor wait for anything but the disk. */
    private void writeAlone() {
        Chain chain = opened.getNow(null);
        if (chain != null && !closing && chain.isReady()) {
            writeQueued(chain);
            if (chain.recordsSinceCheckpoint() >= options.checkpointRecords()) {
                signal();
            }
        }
    }

    // --- under the lock

    private void writeQueued(Chain chain) {
        List<Entry> batch = new ArrayList<>();
        List<byte[]> bodies = new ArrayList<>();
        long toldMissing = tellMissing(bodies);
        take(unrefusable, unrefusableRoom, batch, bodies);
        take(queue, room, batch, bodies);
        try {
            if (!bodies.isEmpty()) {
                chain.append(bodies);
            }
        } catch (IOException | RuntimeException e) {
            breakDown(e);
            countMissing(toldMissing);
            batch.forEach(entry -> fail(entry, e));
            return;
        }
        lastBatch = batch.size();
        batch.forEach(Entry::durable);
        if (batch.size() >= LARGEST_BATCH) {
            signal(); // for those that were left, who may have signalled before
        }
    }

    private void fail(Entry entry, Exception why) {
        if (entry.ifLost() == Entry.IfLost.WRITE_AGAIN && unrefusableRoom.tryAcquire()) {
            entry.again();
            unrefusable.add(entry);
        } else {
            reportLost(entry, why);
        }
    }

    private void reportLost(Entry entry, Exception why) {
        countMissing(entry.ifLost() == Entry.IfLost.TELL ? 0 : entry.bodies().size());
        entry.fail(why);
    }

    private void take(Queue<Entry> from, Semaphore permits, List<Entry> batch, List<byte[]> bodies) {
        for (Entry entry = from.poll(); entry != null; entry = batch.size() < LARGEST_BATCH ? from.poll() : null) {
            permits.release();
            if (entry.begin()) {
                batch.add(entry);
                bodies.addAll(entry.bodies());
            }
        }
    }

    private long tellMissing(List<byte[]> bodies) {
        long count = missing.getAndSet(0);
        if (count > 0) {
            bodies.add(LogLine.body(AuditRecord.builder(options.clock().instant(), AuditEvent.RECORDS_MISSING)
                    .number("count", count)
                    .build()));
        }
        return count;
    }

    private void breakDown(Exception e) {
        if (trouble == null) {
            LOG.error(
                    "The audit log cannot be written to; signatures are withheld until it can: {}", e.getMessage(), e);
        }
        trouble = e;
        signal();
    }

    // --- the writer's thread

    private void run(Path log, LogFiles files, AuditSigner signer, Consumer<Checkpoint> anchors) {
        try (ChainSlot slot = slot(log, files, signer);
                Chain chain = Chain.open(slot.chain(), files, options, signer, anchors)) {
            checkpointAt = System.nanoTime() + options.checkpointInterval().toNanos();
            opened.complete(chain);
            try {
                while (!closing) {
                    await();
                    runLocked(() -> serve(chain));
                }
                runLocked(() -> finish(chain));
            } finally {
                runLocked(() -> closing = true); // a thread that writes by itself is out, and none gets in
            }
        } catch (IOException | ChanceryException | UncheckedIOException e) {
            if (!opened.completeExceptionally(e)) {
                LOG.error("The audit log ended badly: {}", e.getMessage(), e);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("The audit log ended by an error of its own; nothing signs any more.", e);
            opened.completeExceptionally(e);
        } finally {
            closing = true;
            gone = true;
            refuseWhatWaits();
            ended.complete(null);
        }
    }

    private static ChainSlot slot(Path log, LogFiles files, AuditSigner signer) throws IOException {
        OneAuditKey.require(log, signer.verificationKey());
        return ChainSlot.take(log, files);
    }

    private void runLocked(Runnable work) {
        io.lock();
        try {
            work.run();
        } finally {
            io.unlock();
        }
    }

    private void await() {
        long now = System.nanoTime();
        if (trouble != null) {
            LockSupport.parkNanos(this, retryAt - now);
        } else if (signalled) {
            if (lastBatch > 1) {
                LockSupport.parkNanos(this, GATHERING_NANOS);
            }
        } else if (lazy.getAndSet(false)) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(LAZY_MILLIS));
        } else {
            LockSupport.parkNanos(this, checkpointAt - now);
        }
    }

    private void serve(Chain chain) {
        if (trouble != null && !tryToResume(chain)) {
            return;
        }
        try {
            signalled = false;
            if (chain.isRotationDue() && (!queue.isEmpty() || !unrefusable.isEmpty())) {
                chain.rotate();
            }
            writeQueued(chain);
            checkpointIfDue(chain);
        } catch (IOException | RuntimeException e) {
            breakDown(e);
        }
    }

    private boolean tryToResume(Chain chain) {
        Exception failure = trouble;
        if (failure == null || System.nanoTime() - retryAt < 0) {
            return failure == null;
        }
        try {
            if (chain.isBroken()) {
                chain.resume(failure);
            }
            trouble = null;
            retryPause = SHORTEST_RETRY;
            LOG.warn("The audit log is written to again, in a new segment.");
            return true;
        } catch (IOException | RuntimeException e) {
            trouble = failure instanceof LostFileException ? failure : e; // a loss is what the log will tell of
            retryAt = System.nanoTime() + retryPause;
            retryPause = Math.min(2 * retryPause, LONGEST_RETRY);
            return false;
        }
    }

    private void checkpointIfDue(Chain chain) {
        CompletableFuture<Void> asked = checkpointAsked.getAndSet(null);
        boolean late = asked != null || System.nanoTime() - checkpointAt >= 0;
        if (late || chain.recordsSinceCheckpoint() >= options.checkpointRecords()) {
            chain.checkpoint();
            checkpointAt = System.nanoTime() + options.checkpointInterval().toNanos();
        }
        if (asked != null) {
            asked.complete(null);
        }
    }

    private void finish(Chain chain) {
        retryAt = System.nanoTime(); // the last chance
        boolean works = trouble == null || tryToResume(chain);
        while (works && (missing.get() > 0 || !queue.isEmpty() || !unrefusable.isEmpty())) {
            writeQueued(chain);
            works = trouble == null;
        }
        chain.checkpoint();
    }

    private void refuseWhatWaits() {
        AuditUnavailableException closed = new AuditUnavailableException("The audit log was closed.", null);
        for (Queue<Entry> waiting : List.of(unrefusable, queue)) {
            for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
                reportLost(entry, closed);
            }
        }
        if (missing.get() > 0) {
            LOG.error("The audit log ends without {} records that could not be written: {}", missing, trouble);
        }
    }

    /** Whether a checkpoint covers every record. */
    public boolean isCovered() {
        Chain chain = opened.getNow(null);
        io.lock();
        try {
            return chain != null && chain.recordsSinceCheckpoint() == 0;
        } finally {
            io.unlock();
        }
    }

    /** Makes a checkpoint now, if there are records since the last one; on the writer's own thread, as all that opens files. */
    public void checkpoint() {
        CompletableFuture<Void> asked =
                checkpointAsked.updateAndGet(before -> before == null ? new CompletableFuture<>() : before);
        signal();
        join(CompletableFuture.anyOf(asked, ended));
    }

    /** Writes what waits, makes a last checkpoint, and leaves the chain to the next writer. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        join(ended);
    }
}
