package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.ChainLock;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.spi.support.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The log's own chain, {@code chains/0}: its birth, how far the others have come, what was removed. Written off the hot path, by
 * one process at a time. To be used on a thread that no code interrupts.
 */
public final class OwnChain implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final LogContext context;
    private final String id;
    private final ChainLock lock;
    private final Chain chain;

    private OwnChain(LogContext context, String id, ChainLock lock, Chain chain) {
        this.context = context;
        this.id = id;
        this.lock = lock;
        this.chain = chain;
    }

    /** The log's id; a log that is yet to begin is born. */
    static String idOf(LogContext context) throws IOException {
        Optional<String> id = LogIdentity.find(context);
        Optional<String> pinned = context.options().log();
        if (pinned.isPresent() && !pinned.equals(id)) {
            throw new IntegrityException("The audit log " + pinned.get() + " is not in " + context.log() + ": "
                    + id.map(other -> "another is, " + other).orElse("there is none")
                    + ". Find out who removed or replaced it, put it back, or say that a new one begins.");
        }
        if (id.isPresent()) {
            CutRotation.requireNone(context.log());
            requireNotBehind(context, id.get());
            return id.get();
        }
        try (OwnChain born = openOrBear(context)) {
            return born.id;
        }
    }

    private static void requireNotBehind(LogContext context, String id) throws IOException {
        long known = context.known(origin -> origin.log().equals(id) && origin.slot() == ChainDirectory.OWN);
        ChainDirectory own = ChainDirectory.of(context.log(), ChainDirectory.OWN);
        long stated = known == 0
                ? 0
                : own.lastCheckpoint(checkpoint -> context.believes(checkpoint, id, ChainDirectory.OWN))
                        .map(Checkpoint::size)
                        .orElse(0L);
        if (stated < known) {
            throw new IntegrityException(
                    "The audit log in " + context.log() + " is not continued: its own chain has " + stated
                            + " lines, and an anchor says that there were " + known
                            + ": it was put back to an older state. Look with"
                            + " `chancery audit verify`, keep the directory as it is for the investigation, and open another.");
        }
    }

    /** Insists that the log that was opened is still there. */
    static void requireId(LogContext context, String id) throws IOException {
        if (!LogIdentity.find(context).equals(Optional.of(id))) {
            throw new IOException(
                    "the log in " + context.log() + " is gone, or is another than the one that was opened");
        }
    }

    private static OwnChain openOrBear(LogContext context) throws IOException {
        ChainDirectory directory = ChainDirectory.of(context.log(), ChainDirectory.OWN);
        context.files().makeDirectories(directory.path());
        return open(context, directory, true);
    }

    /**
     * Opens the log's own chain, waiting for another process that does.
     *
     * @throws IntegrityException if it has lost lines: then the log is not continued
     * @throws AuditUnavailableException if another process keeps it
     */
    public static OwnChain open(LogContext context) throws IOException {
        CutRotation.requireNone(context.log());
        return openToRotate(context);
    }

    /** The same where a rotation of the audit key may have been cut off, which is to be repeated. */
    static OwnChain openToRotate(LogContext context) throws IOException {
        return open(context, ChainDirectory.of(context.log(), ChainDirectory.OWN), false);
    }

    private static OwnChain open(LogContext context, ChainDirectory directory, boolean bear) throws IOException {
        ChainLock lock = Deadline.in(PATIENCE)
                .poll(PAUSE, () -> take(directory))
                .orElseThrow(() -> new AuditUnavailableException(
                        "Another process keeps the audit log's own chain, " + directory.path()
                                + ", for too long. See to that process.",
                        null));
        boolean open = false;
        try {
            Optional<String> found = LogIdentity.find(context);
            String id = found.isEmpty() && bear ? Chain.randomId() : found.orElseThrow(() -> gone(directory));
            OwnChain own = new OwnChain(context, id, lock, Chain.open(lock, context, id, List.of()));
            own.chain.checkpoint();
            open = true;
            return own;
        } catch (LostChainException e) {
            throw new IntegrityException(
                    "The audit log in " + context.log() + " is not continued. " + e.getMessage()
                            + " Then open another.",
                    e);
        } finally {
            if (!open) {
                lock.close();
            }
        }
    }

    private static IntegrityException gone(ChainDirectory directory) {
        return new IntegrityException("The audit log's own chain, " + directory.path() + ", has no first line.");
    }

    private static Optional<ChainLock> take(ChainDirectory directory) {
        try {
            return ChainLock.take(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log's id. */
    String id() {
        return id;
    }

    /** Puts on record how far each chain has come that has moved since that was done last. */
    public void addHeads() throws IOException {
        Map<String, String> known = ChainSummary.of(lock.chain(), context, id).heads();
        List<AuditRecord> heads = new ArrayList<>();
        for (ChainDirectory other : ChainDirectory.all(context.log())) {
            if (other.number() == ChainDirectory.OWN) {
                continue;
            }
            Optional<Checkpoint> last = other.lastCheckpoint(stated -> context.believes(stated, id, other.number()));
            last.filter(head -> !(head.size() + " " + head.root())
                            .equals(known.get(head.origin().toString())))
                    .ifPresent(head -> heads.add(
                            AuditRecord.builder(context.options().clock().instant(), AuditEvent.CHAIN_HEAD)
                                    .text("origin", head.origin().toString())
                                    .number("size", head.size())
                                    .text("root", head.root())
                                    .build()));
        }
        append(heads);
    }

    /** Says here, too, which keys are compromised, so that no line that says so is the last. */
    public void restateMarks() throws IOException {
        Map<String, CompromisedSince> missing =
                new TreeMap<>(Marks.ofLog(context).all());
        missing.entrySet()
                .removeAll(
                        ChainSummary.of(lock.chain(), context, id).marks().all().entrySet());
        append(restate(missing));
    }

    /** Ends the old audit key's part of the log, and begins the new one's; which keys are compromised is said in that, too. */
    void rotate(AuditSigner successor) throws IOException {
        Map<String, CompromisedSince> marks = Marks.ofLog(context).all();
        chain.end(
                AuditRecord.builder(context.options().clock().instant(), AuditEvent.AUDIT_KEY_ROTATED)
                        .text("from", context.signer().verificationKey().toString())
                        .text("to", successor.verificationKey().toString())
                        .build(),
                successor);
        // In one write: a segment that is there without its marks would have forgotten them.
        try (Chain next = chain.succeed(context.with(successor), restate(marks))) {
            next.checkpoint();
        }
    }

    private List<AuditRecord> restate(Map<String, CompromisedSince> marks) {
        List<AuditRecord> restated = new ArrayList<>();
        marks.forEach((fingerprint, since) ->
                restated.add(AuditRecord.builder(context.options().clock().instant(), AuditEvent.KEY_COMPROMISED)
                        .text("outcome", "done")
                        .text("fingerprint", fingerprint)
                        .text("compromised_since", since.toString())
                        .flag("restated", true)
                        .build()));
        return restated;
    }

    /** Writes records, and makes a checkpoint that covers them. */
    public void append(List<AuditRecord> records) throws IOException {
        if (!records.isEmpty()) {
            if (chain.isRotationDue()) {
                chain.rotate();
            }
            chain.append(records.stream().map(LogLine::body).toList());
            chain.checkpoint();
        }
    }

    /** Keeps a checkpoint of this chain that witnesses have cosigned. */
    public void keep(Checkpoint cosigned) throws IOException {
        chain.keep(cosigned);
    }

    /** Whether a checkpoint covers every line. */
    public boolean isCovered() {
        return chain.recordsSinceCheckpoint() == 0;
    }

    @Override
    public void close() throws IOException {
        try (ChainLock held = lock) {
            chain.close();
        }
    }
}
