package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.files.LostFileException;
import dev.chancery.audit.internal.line.Hashes;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.support.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
public final class Chain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chain.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A writer of few records, as a command is, leaves no room behind that it does not need. */
    private static final int RECORDS_BEFORE_ALLOCATING = 16;

    private static final int ALLOCATION = 1 << 20;

    private final ChainDirectory directory;
    private final LogFiles files;
    private final AuditOptions options;
    private final AuditSigner signer;
    private final Consumer<Checkpoint> anchors;
    private final String id;

    private long records;
    private byte[] head;
    private long checkpointed;
    private long written;

    private int segment;
    private @Nullable LogFile file;
    private MessageDigest content = Sha256.digest();
    private long position;
    private long allocated;
    private long checkpointPosition;
    private LocalDate day;

    private Chain(
            ChainDirectory directory,
            LogFiles files,
            AuditOptions options,
            AuditSigner signer,
            Consumer<Checkpoint> anchors,
            String id,
            int segment,
            long records,
            byte[] head) {
        this.directory = directory;
        this.files = files;
        this.options = options;
        this.signer = signer;
        this.anchors = anchors;
        this.id = id;
        this.segment = segment;
        this.records = records;
        this.checkpointed = records;
        this.head = head;
        this.day = today();
    }

    // --- opening

    /** Continues the chain of a directory, after repairing what a crash has left, or begins it. */
    public static Chain open(
            ChainDirectory directory,
            LogFiles files,
            AuditOptions options,
            AuditSigner signer,
            Consumer<Checkpoint> anchors)
            throws IOException {
        Optional<Recovery> found = Recovery.of(directory, files);
        if (found.isEmpty()) {
            byte[] random = new byte[16];
            RANDOM.nextBytes(random);
            Chain chain = new Chain(directory, files, options, signer, anchors, Hashes.hex(random), 0, 0, new byte[32]);
            chain.begin(List.of());
            return chain;
        }
        return continueFrom(found.get(), files, options, signer, anchors);
    }

    private static Chain continueFrom(
            Recovery found, LogFiles files, AuditOptions options, AuditSigner signer, Consumer<Checkpoint> anchors)
            throws IOException {
        Chain chain = new Chain(
                found.directory(),
                files,
                options,
                signer,
                anchors,
                found.chain(),
                ChainDirectory.numberOf(found.segment()),
                found.records(),
                found.head());
        // Not found.records(): a process that was killed has left records that no checkpoint covers.
        chain.checkpointed =
                found.directory().lastCheckpoint().map(Checkpoint::records).orElse(0L);
        chain.content = found.content();
        chain.position = found.bytes();
        List<AuditRecord> repairs = found.repair(files, options.clock().instant());
        if (found.isSealed()) {
            chain.begin(repairs);
        } else {
            chain.file = files.open(found.segment());
            chain.allocated = Files.size(found.segment());
            chain.day = found.begun().atZone(ZoneOffset.UTC).toLocalDate();
            chain.checkpointPosition = found.checkpointBytes();
            if (!repairs.isEmpty()) {
                chain.append(bodies(repairs));
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
        return position >= options.segmentBytes() || !today().equals(day);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(options.clock().instant(), ZoneOffset.UTC);
    }

    /** Appends records; they are durable when this returns. After a failure the chain is broken. */
    void append(List<byte[]> bodies) throws IOException {
        LogFile open = file;
        if (open == null) {
            throw new IOException("the segment was given up after a failure");
        }
        Lines lines = new Lines(records, head);
        for (byte[] body : bodies) {
            lines.add(body);
        }
        try {
            // Before, too: a write behind the end would fill what was cut off with NULs.
            open.requireInPlace(allocated);
            allocate(open, lines.size());
            open.write(position, lines.bytes(), lines.size());
            open.requireInPlace(position + lines.size());
        } catch (IOException | RuntimeException e) {
            breakDown(open);
            throw e;
        }
        acknowledge(lines, bodies.size());
    }

    private void acknowledge(Lines lines, int count) {
        content.update(lines.bytes(), 0, lines.size());
        position += lines.size();
        allocated = Math.max(allocated, position);
        records = lines.last;
        head = lines.head;
        written += count;
    }

    /** Lines that are being put together, each with the hash of the one before. */
    private static final class Lines extends ByteArrayOutputStream {
        private final MessageDigest digest = Sha256.digest();
        private long last;
        private byte[] head;

        Lines(long last, byte[] head) {
            super(2_048);
            this.last = last;
            this.head = head;
        }

        void add(byte[] body) {
            int from = count;
            last++;
            LogLine.write(this, last, Hashes.hex(head), body);
            digest.update(buf, from, count - from);
            head = digest.digest();
        }

        byte[] bytes() {
            return buf;
        }
    }

    /** Overwriting room that is there already needs no change of the file's length to be made durable each time. */
    private void allocate(LogFile open, int bytes) throws IOException {
        if (position + bytes > allocated && written >= RECORDS_BEFORE_ALLOCATING) {
            int room = Math.max(bytes, Math.min(ALLOCATION, options.segmentBytes()));
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
            try {
                checkpoint();
                open.truncate(position);
                open.close();
                Path sealed = directory.segment(segment);
                files.seal(sealed);
                if (Files.exists(ChainDirectory.checkpoints(sealed))) {
                    files.seal(ChainDirectory.checkpoints(sealed));
                }
            } finally {
                file = null;
            }
        }
        begin(List.of());
    }

    /** Goes on in a new segment, whose first records say what became of the one before. */
    void resume(Exception failure) throws IOException {
        AuditEvent event = failure instanceof LostFileException ? AuditEvent.LOG_LOST : AuditEvent.LOG_RESUMED;
        begin(List.of(AuditRecord.builder(now(), event)
                .text("reason", failure.getMessage())
                .number("segment", segment)
                .number("acknowledged_records", records)
                .number("acknowledged_bytes", position)
                .build()));
    }

    private void begin(List<AuditRecord> news) throws IOException {
        AuditRecord.Builder opened = AuditRecord.builder(now(), AuditEvent.SEGMENT_OPENED)
                .text("chain", id)
                .number("segment", segment + 1L)
                .text("audit_key", signer.verificationKey().toString())
                .number("process", ProcessHandle.current().pid())
                .list("other_chains", otherHeads());
        if (segment > 0) {
            opened.number("previous_bytes", position).text("previous_sha256", Hashes.hex(contentSoFar()));
        }
        Lines lines = new Lines(records, head);
        lines.add(LogLine.body(opened.build()));
        bodies(news).forEach(lines::add);
        Path next = directory.segment(segment + 1);
        Files.deleteIfExists(next); // where an attempt before this one failed
        Files.deleteIfExists(ChainDirectory.checkpoints(next)); // half a note at most: Recovery has looked
        LogFile created = files.create(next);
        try {
            created.write(0, lines.bytes(), lines.size());
            created.requireInPlace(lines.size());
        } catch (IOException | RuntimeException e) {
            breakDown(created);
            throw e;
        }
        segment++;
        file = created;
        day = today();
        content = Sha256.digest();
        position = 0;
        allocated = 0;
        checkpointPosition = 0;
        written = 0;
        acknowledge(lines, 1 + news.size());
    }

    private byte[] contentSoFar() {
        try {
            return ((MessageDigest) content.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The platform's SHA-256 can be cloned.", e);
        }
    }

    private List<String> otherHeads() {
        List<String> heads = new ArrayList<>();
        try {
            Path log = directory.path().resolveSibling("..").normalize();
            for (ChainDirectory other : ChainDirectory.all(log)) {
                if (other.number() != directory.number()) {
                    other.lastCheckpoint()
                            .ifPresent(head -> heads.add(
                                    other.number() + ":" + head.chain() + ":" + head.records() + ":" + head.hash()));
                }
            }
        } catch (IOException | ChanceryException e) { // the whole directory may be away for a moment
            LOG.warn("The other chains of the audit log cannot be read, and are not named: {}", e.toString());
        }
        return heads;
    }

    // --- checkpoints

    /** How many records no checkpoint covers. */
    long recordsSinceCheckpoint() {
        return records - checkpointed;
    }

    /**
     * States how far the chain has come, unless that was stated already, or nothing can be written. A failure is logged: the
     * records are durable without it, and the next statement covers them.
     */
    public void checkpoint() {
        if (file == null || recordsSinceCheckpoint() == 0) {
            return;
        }
        try {
            writeCheckpoint();
        } catch (IOException | ChanceryException e) {
            LOG.error("No checkpoint of the audit log could be made; it is tried again later: {}", e.getMessage(), e);
        }
    }

    private void writeCheckpoint() throws IOException {
        Checkpoint checkpoint = Checkpoint.sign(id, records, head, segment, now(), signer);
        byte[] bytes = CheckpointFile.encode(checkpoint.note());
        Path path = ChainDirectory.checkpoints(directory.segment(segment));
        try (LogFile open = checkpointPosition == 0 && !Files.exists(path) ? files.create(path) : files.open(path)) {
            write(open, bytes);
        }
        checkpointPosition += bytes.length;
        checkpointed = records;
        anchors.accept(checkpoint);
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
        return options.clock().instant();
    }

    private static List<byte[]> bodies(List<AuditRecord> records) {
        return records.stream().map(LogLine::body).toList();
    }

    /** Where this chain lies. */
    ChainDirectory directory() {
        return directory;
    }

    /** Leaves the segment open for the next writer of the chain, without the room that was not needed. */
    @Override
    public void close() throws IOException {
        LogFile open = file;
        file = null;
        if (open != null) {
            if (allocated > position) {
                open.truncate(position);
            }
            open.close();
        }
    }

    static IntegrityException refused(ChainDirectory directory, String why) {
        return new IntegrityException(
                "The audit log in " + directory.path() + " is not continued: " + why
                        + " Look with `chancery audit verify`, keep the directory as it is for the investigation, and open another.");
    }
}
