package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.LostFileException;
import dev.chancery.audit.internal.files.LostLockException;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.spi.support.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private static final int MOST_DESCRIBED = 20;

    /** Enough to tell of every suspended and compromised key, and not enough to fill the memory. */
    private static final int MOST_UNREFUSABLE = 65_536;

    /** Long enough for the others of the last batch to come back, short beside a forced write. */
    private static final long GATHERING_NANOS = 20_000;

    private static final long SHORTEST_RETRY = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_RETRY = TimeUnit.SECONDS.toNanos(1);

    /** Where a writer stands; {@code docs/audit.md} has the diagram. */
    private enum State {
        /** It takes a chain, and repairs it where need be. */
        OPENING,
        /** Records are written as they come. */
        WRITING,
        /** Writing has failed; records are refused or kept until it works again. */
        WITHHOLDING,
        /** No further records are taken; those that wait are written, if that works. */
        CLOSING,
        /** The chain is left. */
        ENDED
    }

    private final LogContext context;
    private final AuditOptions options;
    private final Semaphore room;
    private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Entry> unrefusable = new ConcurrentLinkedQueue<>();
    private final Semaphore unrefusableRoom = new Semaphore(MOST_UNREFUSABLE);
    private final AtomicLong missing = new AtomicLong();
    private final AtomicBoolean lazy = new AtomicBoolean();
    private final ReentrantLock io = new ReentrantLock();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private final Thread thread;
    private final CompletableFuture<State> opened = new CompletableFuture<>();
    private final CompletableFuture<State> ended = new CompletableFuture<>();

    private final AtomicReference<@Nullable CompletableFuture<State>> checkpointAsked = new AtomicReference<>();
    private volatile boolean signalled;
    private volatile int lastBatch = 1;

    /** What was taken out of the queues last. */
    private volatile List<Entry> underWay = List.of();

    private volatile @Nullable Throwable trouble;

    /** Written by the writer's thread, under the lock. */
    private volatile @Nullable OpenChain open;

    private volatile String id = "";

    // Confined to the writer's thread.
    private long checkpointAt;
    private long retryAt = System.nanoTime();
    private long retryPause = SHORTEST_RETRY;

    /**
     * Takes a chain of the log, repairs it where need be, and starts the thread.
     *
     * @throws AuditUnavailableException if the log cannot be opened, or not in time: what hangs then is a thread that keeps no
     *     process alive
     */
    public ChainWriter(LogContext context) {
        this.context = context;
        this.options = context.options();
        this.room = new Semaphore(options.queue());
        this.thread = new Thread(this::run, "chancery-audit");
        thread.setDaemon(true);
        thread.start();
        if (!isDoneIn(options.openingPatience(), opened)) {
            beginToClose();
            throw new AuditUnavailableException(
                    "The audit log in " + context.log() + " could not be opened within "
                            + options.openingPatience().toMillis() + " ms. See to its disk.",
                    null);
        }
        join(opened);
    }

    /** Waits for what another thread does, for so long; an interrupt is kept for later. */
    private static boolean isDoneIn(Duration time, CompletableFuture<?> result) {
        try {
            Deadline.in(time).await(result);
        } catch (ExecutionException e) {
            LOG.debug("What was waited for failed.", e);
        }
        return result.isDone();
    }

    private static void join(CompletableFuture<?> result) {
        try {
            result.join();
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
            Throwable why = entry.failure() == null ? trouble : entry.failure();
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
    public void writeEventually(Entry entry) {
        if (isClosing() || !unrefusableRoom.tryAcquire()) {
            countMissing(entry.bodies().size());
            return;
        }
        unrefusable.add(entry);
        signal();
        refuseIfEnded();
    }

    /** Counts records that are not written; their number will be. */
    public void countMissing(long records) {
        missing.addAndGet(records);
    }

    private void enqueue(Entry entry, Deadline deadline) {
        if (!room.tryAcquire() && !deadline.acquire(room, 1)) {
            Throwable why = trouble;
            throw new AuditUnavailableException(
                    options.queue() + " records wait for the audit log"
                            + (why == null ? "" : ", which cannot be written to: " + why.getMessage())
                            + ". Try again later.",
                    why);
        }
        if (isClosing()) {
            room.release();
            throw new AuditUnavailableException("The audit log is closed, so nothing more can be recorded.", null);
        }
        queue.add(entry);
        refuseIfEnded();
    }

    private boolean isClosing() {
        State now = state.get();
        return now == State.CLOSING || now == State.ENDED;
    }

    /** The writer may have looked through its queues for the last time just before. */
    private void refuseIfEnded() {
        if (state.get() == State.ENDED) {
            refuseWhatWaits();
        }
    }

    private void signal() {
        signalled = true;
        LockSupport.unpark(thread);
    }

    /** On the caller's thread, which must neither open files nor wait for anything but the disk. */
    private void writeAlone() {
        OpenChain now = open;
        if (now != null && state.get() == State.WRITING && now.chain().isReady()) {
            writeQueued(now.chain());
            if (now.chain().recordsSinceCheckpoint() >= options.checkpointRecords()) {
                signal();
            }
        }
    }

    // --- under the lock

    private void writeQueued(Chain chain) {
        List<Entry> batch = new ArrayList<>();
        List<byte[]> bodies = new ArrayList<>();
        long toldMissing = 0;
        try {
            toldMissing = tellMissing(bodies);
            take(unrefusable, unrefusableRoom, batch, bodies);
            take(queue, room, batch, bodies);
            underWay = batch;
            if (!bodies.isEmpty()) {
                chain.append(bodies);
            }
        } catch (IOException | RuntimeException | Error e) { // also where memory is short: nothing has to be restarted
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

    private void fail(Entry entry, Throwable why) {
        if (entry.ifLost() == Entry.IfLost.WRITE_AGAIN && unrefusableRoom.tryAcquire()) {
            entry.again();
            unrefusable.add(entry);
        } else {
            reportLost(entry, why);
        }
    }

    private void reportLost(Entry entry, Throwable why) {
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

    private void breakDown(Throwable e) {
        if (trouble == null) {
            LOG.error(
                    "The audit log cannot be written to; signatures are withheld until it can: {}", e.getMessage(), e);
        }
        trouble = e;
        state.compareAndSet(State.WRITING, State.WITHHOLDING);
        signal();
    }

    // --- the writer's thread

    private void run() {
        try {
            open();
            while (!isClosing()) {
                await();
                runLocked(this::serve);
            }
            runLocked(this::finish);
        } catch (IOException | RuntimeException | Error e) {
            if (!opened.completeExceptionally(e)) {
                LOG.error("The audit log ended by an error of its own; nothing signs any more.", e);
            }
        } finally {
            leave();
            state.set(State.ENDED);
            refuseWhatWaits();
            ended.complete(State.ENDED);
        }
    }

    private void open() throws IOException {
        id = OwnChain.idOf(context);
        open = OpenChain.open(context, id, List.of());
        checkpointAt = System.nanoTime() + options.checkpointInterval().toNanos();
        state.compareAndSet(State.OPENING, State.WRITING);
        opened.complete(State.WRITING);
    }

    private void leave() {
        OpenChain now = open;
        open = null;
        if (now != null) {
            try {
                now.close();
            } catch (IOException | RuntimeException e) {
                LOG.error("The audit log's chain ended badly: {}", e.getMessage(), e);
            }
        }
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

    private void serve() {
        try {
            if (trouble != null && !tryToResume()) {
                answerCheckpointAsked(trouble);
                return;
            }
            Chain chain = Objects.requireNonNull(open).chain();
            signalled = false;
            if (chain.isRotationDue() && (!queue.isEmpty() || !unrefusable.isEmpty())) {
                chain.rotate();
            }
            writeQueued(chain);
            checkpointIfDue(chain);
        } catch (IOException | RuntimeException | Error e) {
            breakDown(e);
        }
    }

    private boolean tryToResume() {
        Throwable failure = trouble;
        if (failure == null || System.nanoTime() - retryAt < 0) {
            return failure == null;
        }
        try {
            resume(failure);
            trouble = null;
            retryPause = SHORTEST_RETRY;
            state.compareAndSet(State.WITHHOLDING, State.WRITING);
            LOG.warn("The audit log is written to again.");
            return true;
        } catch (IOException | RuntimeException | Error e) {
            // A loss is what the log will tell of; that the lock is gone counts most.
            trouble = failure instanceof LostFileException && !(e instanceof LostLockException) ? failure : e;
            retryAt = System.nanoTime() + retryPause;
            retryPause = Math.min(2 * retryPause, LONGEST_RETRY);
            return false;
        }
    }

    /** Goes on in a new segment; where another process may write the chain, too, in another chain. */
    private void resume(Throwable failure) throws IOException {
        OpenChain now = open;
        if (now == null || failure instanceof LostLockException || failure instanceof FileAlreadyExistsException) {
            leave();
            OwnChain.requireId(context, id); // what is there now may be another log, or none
            open = OpenChain.open(
                    context,
                    id,
                    List.of(AuditRecord.builder(options.clock().instant(), AuditEvent.LOG_LOST)
                            .text("reason", String.valueOf(failure.getMessage()))
                            .build()));
        } else if (now.chain().isBroken()) {
            now.chain().resume(failure);
        }
    }

    private void checkpointIfDue(Chain chain) {
        boolean late = checkpointAsked.get() != null || System.nanoTime() - checkpointAt >= 0;
        if (trouble == null && (late || chain.recordsSinceCheckpoint() >= options.checkpointRecords())) {
            chain.checkpoint();
            checkpointAt = System.nanoTime() + options.checkpointInterval().toNanos();
        }
        answerCheckpointAsked(trouble);
    }

    private void answerCheckpointAsked(@Nullable Throwable why) {
        CompletableFuture<State> asked = checkpointAsked.getAndSet(null);
        if (asked != null && why == null) {
            asked.complete(State.WRITING);
        } else if (asked != null) {
            asked.completeExceptionally(why);
        }
    }

    private void finish() {
        try {
            retryAt = System.nanoTime(); // the last chance
            boolean works = trouble == null || tryToResume();
            OpenChain now = open;
            while (works && now != null && (missing.get() > 0 || !queue.isEmpty() || !unrefusable.isEmpty())) {
                writeQueued(now.chain());
                works = trouble == null;
            }
            if (now != null) {
                now.chain().checkpoint();
            }
        } catch (RuntimeException | Error e) {
            breakDown(e);
        }
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

    /** The log's id. */
    public String id() {
        return id;
    }

    /** Whether a checkpoint covers every record. */
    public boolean isCovered() {
        io.lock();
        try {
            OpenChain now = open;
            return now != null && now.chain().recordsSinceCheckpoint() == 0;
        } finally {
            io.unlock();
        }
    }

    /**
     * Makes a checkpoint now, if there are records since the last one; on the writer's own thread, as all that opens files.
     *
     * @throws AuditUnavailableException if nothing can be written, or not in time
     */
    public void checkpoint() {
        CompletableFuture<State> asked = new CompletableFuture<>();
        CompletableFuture<State> before = checkpointAsked.getAndUpdate(already -> already == null ? asked : already);
        CompletableFuture<State> answer = before == null ? asked : before;
        signal();
        isDoneIn(options.patience(), CompletableFuture.anyOf(answer, ended));
        if (!ended.isDone() && (!answer.isDone() || answer.isCompletedExceptionally())) {
            Throwable why = trouble;
            throw new AuditUnavailableException(
                    "No checkpoint of the audit log could be made"
                            + (why == null
                                    ? " within " + options.patience().toMillis() + " ms"
                                    : ": " + why.getMessage())
                            + ". See to its disk; the next one covers what this one would have.",
                    why);
        }
    }

    /**
     * Writes what waits, makes a last checkpoint, and leaves the chain to the next writer. A disk that hangs is waited for twice as
     * long as callers wait for it.
     */
    @Override
    public void close() {
        beginToClose();
        Duration time = options.patience().multipliedBy(2);
        if (!isDoneIn(time, ended)) {
            LOG.error(
                    "The audit log in {} could not be closed within {} ms: {} records wait for its disk and are not on"
                            + " record{}.",
                    context.log(),
                    time.toMillis(),
                    waiting().count() + missing.get(),
                    describeChanges());
        }
    }

    private String describeChanges() {
        String changes = waiting()
                .filter(body -> LogLine.event(body).type() == EventType.KEY_LIFECYCLE)
                .limit(MOST_DESCRIBED)
                .map(body -> new String(body, 1, body.length - 1, StandardCharsets.US_ASCII))
                .collect(Collectors.joining(" ; "));
        return changes.isEmpty() ? "" : ", among them changes of keys: " + changes;
    }

    private Stream<byte[]> waiting() {
        return Stream.of(underWay, unrefusable, queue)
                .flatMap(Collection::stream)
                .filter(entry -> !entry.isEnded())
                .flatMap(entry -> entry.bodies().stream());
    }

    private void beginToClose() {
        state.updateAndGet(now -> now == State.ENDED ? now : State.CLOSING);
        LockSupport.unpark(thread);
    }
}
