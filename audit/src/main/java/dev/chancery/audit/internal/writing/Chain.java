package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.ChainLock;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LostFileException;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.line.SealedLines;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.TreeEdge;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ChanceryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain that this writer continues, as a row of segments. Used under the writer's lock; the methods that make or seal files
 * are called on the writer's own thread, which no code interrupts.
 *
 * <p>After a failure nothing is written to that segment again: the kernel may report success the second time for data that is
 * gone. {@link #resume} begins a new segment behind the last record that was acknowledged.
 */
final class Chain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chain.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A writer of few records, as a command is, leaves no room behind that it does not need. */
    private static final int RECORDS_BEFORE_ALLOCATING = 16;

    private static final int ALLOCATION = 1 << 20;

    /** Room is allocated ahead only where the disk has this many times as much. */
    private static final int PLENTY = 64;

    private final ChainLock lock;
    private final ChainDirectory directory;
    private final LogContext context;
    private final Origin origin;
    private final LineSeal seal;

    private TreeEdge tree;
    private TreeNodes nodes;
    private byte[] head;
    private long checkpointed;
    private long written;

    private int segment;
    private ChainSummary summary = new ChainSummary();
    private @Nullable LogFile file;
    private long position;
    private long allocated;
    private long checkpointPosition;
    private LocalDate day;

    private Chain(
            ChainLock lock, LogContext context, Origin origin, int segment, TreeEdge tree, byte[] head, long position) {
        this.lock = lock;
        this.directory = lock.chain();
        this.context = context;
        this.origin = origin;
        this.seal = new LineSeal(context.signer().sealKey(origin));
        this.segment = segment;
        this.tree = tree;
        this.nodes = new TreeNodes(tree.size(), tree.size());
        this.head = head;
        this.position = position;
        this.day = today();
    }

    // --- opening

    /**
     * Continues the chain of a directory, after repairing what a crash has left, or begins it.
     *
     * @param lock the right to write it; stays with the caller
     * @param id the log's id
     * @param news what a chain that is begun, or a continued one, says first
     * @throws LostChainException if it is not to be continued
     */
    static Chain open(ChainLock lock, LogContext context, String id, List<AuditRecord> news) throws IOException {
        Optional<Recovery> found = Recovery.of(lock.chain(), context, id);
        if (found.isPresent()) {
            return continueFrom(found.get(), lock, context, news);
        }
        Origin origin = new Origin(id, lock.chain().number(), randomId());
        Chain chain = new Chain(lock, context, origin, 0, new TreeEdge(), new byte[32], 0);
        chain.begin(news);
        return chain;
    }

    /** An id that no other log or chain has. */
    static String randomId() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return Hashes.hex(random);
    }

    private static Chain continueFrom(Recovery found, ChainLock lock, LogContext context, List<AuditRecord> news)
            throws IOException {
        Chain chain =
                new Chain(lock, context, found.origin(), found.segment(), found.tree(), found.head(), found.bytes());
        // Not the number of records: a process that was killed has left some that no checkpoint covers.
        chain.checkpointed = found.checkpointed();
        chain.nodes = found.nodes();
        chain.summary =
                ChainSummary.of(found.directory(), context, found.origin().log());
        boolean outOfReach = found.isOutOfReach(lock.identity());
        boolean torn =
                found.torn().stream().anyMatch(end -> end.isIn(found.begun().segment()));
        List<AuditRecord> first = new ArrayList<>();
        if (outOfReach && (torn || !found.isClosed())) {
            // What is behind its valid lines, now or in a moment, counts no more; and nothing is cut off: another may
            // hold it.
            first.add(chain.giveUp());
        }
        first.addAll(news);
        for (TornEnd end : found.torn()) {
            if (!outOfReach || !end.isIn(found.begun().segment())) {
                end.cutOff(context).ifPresent(first::add);
            }
        }
        if (outOfReach || found.isClosed()) {
            chain.begin(first);
        } else {
            chain.file = context.files().open(found.begun().segment());
            chain.allocated = Files.size(found.begun().segment());
            chain.day = LocalDate.ofInstant(found.begun().record().timestamp(), ZoneOffset.UTC);
            chain.checkpointPosition = found.checkpointBytes();
            if (!first.isEmpty()) {
                chain.append(bodies(first));
                first.forEach(context.news());
            }
        }
        return chain;
    }

    // --- writing

    /** Whether records may be written now, by any thread: no failure, no new segment due. */
    boolean isReady() {
        return file != null && !isRotationDue();
    }

    boolean isBroken() {
        return file == null;
    }

    boolean isRotationDue() {
        return position >= context.options().segmentBytes() || !today().equals(day);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(now(), ZoneOffset.UTC);
    }

    /** Appends records; they are durable when this returns. After a failure the chain is broken. */
    void append(List<byte[]> bodies) throws IOException {
        LogFile open = file;
        if (open == null) {
            throw new IOException("the segment was given up after a failure");
        }
        boolean durable = false;
        try {
            SealedLines lines = new SealedLines(tree.size(), head, seal);
            bodies.forEach(lines::add);
            // Before, too: a write behind the end would fill what was cut off with NULs.
            requireInPlace(open, allocated);
            allocate(open, lines.size());
            open.write(position, lines.bytes(), lines.size());
            requireInPlace(open, position + lines.size());
            acknowledge(lines);
            if (nodes.isMuch()) {
                keepNodes();
            }
            bodies.forEach(summary::add);
            durable = true;
        } finally {
            if (!durable) {
                breakDown(open);
            }
        }
    }

    /** The lock first: without it another process may be reading what this one writes. */
    private void requireInPlace(LogFile open, long least) throws IOException {
        lock.requireInPlace();
        open.requireInPlace(least);
    }

    private void acknowledge(SealedLines lines) {
        lines.leaves().forEach(leaf -> tree.add(leaf, nodes));
        head = lines.head();
        position += lines.size();
        allocated = Math.max(allocated, position);
        written += lines.leaves().size();
    }

    /**
     * Overwriting room that is there already needs no change of the file's length to be made durable each time. The last of a disk
     * is not taken for that.
     */
    private void allocate(LogFile open, int bytes) throws IOException {
        if (position + bytes <= allocated || written < RECORDS_BEFORE_ALLOCATING) {
            return;
        }
        int room = Math.max(bytes, Math.min(ALLOCATION, context.options().segmentBytes()));
        if (context.files().usableSpace(directory.path()) / PLENTY >= room) {
            open.write(allocated, new byte[room], room);
            allocated += room;
        }
    }

    private void breakDown(LogFile open) {
        file = null;
        try {
            open.close();
        } catch (IOException e) {
            LOG.debug("A file that failed before fails to close, too.", e);
        }
    }

    // --- segments

    /** Ends the segment and begins the next. */
    void rotate() throws IOException {
        LogFile open = file;
        if (open != null) {
            append(List.of(LogLine.body(AuditRecord.builder(now(), AuditEvent.SEGMENT_CLOSED)
                    .number("segment", segment)
                    .build())));
            try {
                checkpoint();
                open.truncate(position);
                open.close();
                Path sealed = directory.segment(segment);
                context.files().seal(sealed);
                if (Files.exists(ChainDirectory.checkpoints(sealed))) {
                    context.files().seal(ChainDirectory.checkpoints(sealed));
                }
            } finally {
                file = null;
            }
        }
        begin(List.of());
    }

    /** Goes on in a new segment, whose first records say what became of the one before. */
    void resume(Throwable failure) throws IOException {
        AuditEvent event = failure instanceof LostFileException ? AuditEvent.LOG_LOST : AuditEvent.LOG_RESUMED;
        begin(List.of(giveUp(event, String.valueOf(failure.getMessage()))));
    }

    private AuditRecord giveUp() {
        return giveUp(AuditEvent.LOG_RESUMED, "the segment has another lock, or may not be written");
    }

    /** What says that the last segment counts up to here and no further. */
    private AuditRecord giveUp(AuditEvent event, String reason) {
        return AuditRecord.builder(now(), event)
                .text("reason", reason)
                .number("segment", segment)
                .number("acknowledged_records", tree.size())
                .number("acknowledged_bytes", position)
                .build();
    }

    private void begin(List<AuditRecord> news) throws IOException {
        AuditRecord.Builder opened = AuditRecord.builder(now(), AuditEvent.SEGMENT_OPENED)
                .text("log", origin.log())
                .number("slot", origin.slot())
                .text("chain", origin.chain())
                .number("segment", segment + 1L)
                .text("audit_key", context.signer().verificationKey().toString())
                .text("seal_check", seal.check())
                .text("lock", lock.identity())
                .number("process", ProcessHandle.current().pid())
                .list("edge", tree.subtrees().stream().map(Hashes::hex).toList());
        if (segment > 0) {
            opened.number("previous_bytes", position);
        }
        SealedLines lines = new SealedLines(tree.size(), head, seal);
        lines.add(LogLine.body(opened.build()));
        List<byte[]> told = bodies(news);
        told.forEach(lines::add);
        lock.requireInPlace();
        LogFile created = context.files().create(directory.segment(segment + 1));
        try {
            created.write(0, lines.bytes(), lines.size());
            created.requireInPlace(lines.size());
            lock.requireInPlace();
        } catch (IOException | RuntimeException | Error e) {
            withdraw(created, directory.segment(segment + 1));
            throw e;
        }
        keepNodes();
        nodes = new TreeNodes(tree.size(), tree.size());
        segment++;
        file = created;
        day = today();
        position = 0;
        allocated = 0;
        checkpointPosition = 0;
        written = 0;
        acknowledge(lines);
        told.forEach(summary::add);
        news.forEach(context.news());
    }

    /** Removes a segment that this writer made just now and that nothing rests on; another's stays. */
    private void withdraw(LogFile created, Path path) {
        try {
            created.requireInPlace(0);
            Files.delete(path);
        } catch (IOException e) {
            LOG.debug("A segment that could not be begun cannot be removed.", e);
        }
        breakDown(created);
    }

    // --- checkpoints

    /** How many records no checkpoint covers. */
    long recordsSinceCheckpoint() {
        return tree.size() - checkpointed;
    }

    /**
     * States how far the chain has come, unless that was stated already, or nothing can be written. A failure is logged: the
     * records are durable without it, and the next statement covers them.
     */
    void checkpoint() {
        if (file == null || recordsSinceCheckpoint() == 0) {
            return;
        }
        try {
            writeCheckpoint();
        } catch (IOException | ChanceryException e) {
            LOG.error("No checkpoint of the audit log could be made; it is tried again later: {}", e.getMessage(), e);
        }
    }

    /** Writes a last record, and a checkpoint by this audit key and its successor that covers all. */
    void end(AuditRecord last, AuditSigner successor) throws IOException {
        append(bodies(List.of(last)));
        writeCheckpoint(Checkpoint.sign(origin, tree.size(), tree.root(), context.signer())
                .cosign(successor));
    }

    /** Keeps a checkpoint again, with more signatures; the last one there is this writer's own after that, as before. */
    void keep(Checkpoint cosigned) throws IOException {
        writeNote(cosigned);
        if (cosigned.size() != tree.size()) {
            writeCheckpoint();
        }
    }

    /** Goes on with another audit key, in a new segment that begins with some records; this one is not used any longer. */
    Chain succeed(LogContext next, List<AuditRecord> first) throws IOException {
        close();
        Chain chain = new Chain(lock, next, origin, segment, tree, head, position);
        chain.checkpointed = checkpointed;
        chain.begin(first);
        return chain;
    }

    private void writeCheckpoint() throws IOException {
        writeCheckpoint(Checkpoint.sign(origin, tree.size(), tree.root(), context.signer()));
    }

    private void writeCheckpoint(Checkpoint checkpoint) throws IOException {
        writeNote(checkpoint);
        checkpointed = tree.size();
        try {
            keepNodes();
            new EdgeCache(segment, position, tree.copy(), summary).write(directory, seal);
        } catch (IOException e) {
            LOG.debug("Where the checkpoint stands could not be kept; the next opening reads the segment.", e);
        }
    }

    private void writeNote(Checkpoint checkpoint) throws IOException {
        byte[] bytes = CheckpointFile.encode(checkpoint.note());
        Path path = ChainDirectory.checkpoints(directory.segment(segment));
        lock.requireInPlace();
        try (LogFile open = checkpointPosition == 0 && !Files.exists(path)
                ? context.files().create(path)
                : context.files().open(path)) {
            write(open, bytes);
        }
        checkpointPosition += bytes.length;
        context.anchors().accept(checkpoint);
    }

    /** What cannot be kept is computed from the lines when a proof needs it. */
    private void keepNodes() {
        if (segment > 0) {
            try {
                nodes.write(ChainDirectory.tree(directory.segment(segment)));
            } catch (IOException e) {
                LOG.debug("Nodes of the tree could not be kept.", e);
            }
        }
    }

    /** A full disk takes half a note: better none, for the segment may end before there is room again. */
    private void write(LogFile open, byte[] note) throws IOException {
        try {
            open.write(checkpointPosition, note, note.length);
        } catch (IOException e) {
            try {
                open.truncate(checkpointPosition);
            } catch (IOException worse) {
                e.addSuppressed(worse);
            }
            throw e;
        }
    }

    private Instant now() {
        return context.options().clock().instant();
    }

    private static List<byte[]> bodies(List<AuditRecord> records) {
        return records.stream().map(LogLine::body).toList();
    }

    /** What tells this chain from every other. */
    Origin origin() {
        return origin;
    }

    /** Leaves the segment open for the next writer of the chain, without the room that was not needed. */
    @Override
    public void close() throws IOException {
        LogFile open = file;
        file = null;
        if (open != null) {
            keepNodes();
            if (allocated > position) {
                open.truncate(position);
            }
            open.close();
        }
    }
}
