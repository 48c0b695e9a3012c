package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.Hashes;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a chain was left, by an orderly end or by a crash: its last segment and the checkpoints beside that, each cut to the
 * longest valid prefix. What is behind that is kept in a file of its own, and is told of in the log. A line that follows the
 * valid ones was never acknowledged. Lines below a checkpoint were: if one of them is missing, the chain is not continued.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int LARGEST_CUT = 1 << 30;
    private static final Pattern CHAIN_ID = Pattern.compile("[0-9a-f]{32}");

    private final ChainDirectory directory;
    private final String chain;
    private final Path segment;
    private final Instant begun;
    private final boolean sealed;
    private final List<Torn> torn;
    private final MessageDigest content = Sha256.digest();
    private long records;
    private byte[] head = new byte[0];
    private long bytes;
    private long checkpointBytes;

    /** Bytes that are no records or checkpoints: where they are, where they begin, and without the NULs at the end. */
    private static final class Torn {
        private final Path file;
        private final long from;
        private final byte[] bytes;

        Torn(Path file, long from) throws IOException {
            this.file = file;
            this.from = from;
            this.bytes = read(file, from, rest(file, from));
        }

        private static byte[] read(Path file, long from, long length) throws IOException {
            if (length > LARGEST_CUT) {
                throw new IOException(length + " bytes behind the valid ones of " + file
                        + " are more than a crash can have left there");
            }
            try (InputStream input = Files.newInputStream(file)) {
                input.skipNBytes(from);
                return input.readNBytes((int) length);
            }
        }
    }

    private Recovery(ChainDirectory directory, StoredRecord first, List<Torn> torn) throws IOException {
        this.directory = directory;
        this.segment = first.file();
        this.chain = first.record()
                .field("chain")
                .filter(id -> CHAIN_ID.matcher(id).matches()) // it is about to be signed, in checkpoints
                .orElseThrow(() -> Chain.refused(directory, segment + " does not begin as a segment does."));
        this.begun = first.record().timestamp();
        this.sealed = isSealed(segment);
        this.torn = torn;
    }

    ChainDirectory directory() {
        return directory;
    }

    /** The chain's id. */
    String chain() {
        return chain;
    }

    /** The last segment. */
    Path segment() {
        return segment;
    }

    /** When that was begun. */
    Instant begun() {
        return begun;
    }

    /** Whether it was ended in good order. */
    boolean isSealed() {
        return sealed;
    }

    /** The number of the last valid record. */
    long records() {
        return records;
    }

    /** The hash of its line. */
    byte[] head() {
        return head.clone();
    }

    /** How long the valid prefix is. */
    long bytes() {
        return bytes;
    }

    /** How long the valid checkpoints beside it are. */
    long checkpointBytes() {
        return checkpointBytes;
    }

    /** The digest of that prefix, to go on with. */
    MessageDigest content() {
        return content;
    }

    /** Looks, and changes nothing. Empty where the chain was never begun. */
    static Optional<Recovery> of(ChainDirectory directory, LogFiles files) throws IOException {
        List<Torn> torn = new ArrayList<>();
        List<Path> segments = directory.segments();
        for (int last = segments.size() - 1; last >= 0; last--) {
            Path segment = segments.get(last);
            Optional<Recovery> found = read(directory, segment, torn);
            if (found.isPresent()) {
                requireNoCheckpointBehind(directory, ChainDirectory.numberOf(segment));
                return found;
            }
            torn.add(new Torn(segment, 0));
        }
        requireNoCheckpointBehind(directory, 0);
        if (!segments.isEmpty()) {
            // A crash in the middle of the very first write: nothing was ever acknowledged.
            for (Torn stillborn : torn) {
                keep(stillborn, files);
                Files.delete(stillborn.file);
            }
        }
        return Optional.empty();
    }

    private static Optional<Recovery> read(ChainDirectory directory, Path segment, List<Torn> torn) throws IOException {
        Path checkpoints = ChainDirectory.checkpoints(segment);
        CheckpointFile.Content content = CheckpointFile.read(checkpoints);
        try (LineReader lines = new LineReader(segment)) {
            if (!lines.next()) {
                return Optional.empty();
            }
            Recovery found = new Recovery(directory, LogLine.parse(lines.line(), segment, 1, directory.number()), torn);
            found.read(lines, content.checkpoints());
            found.checkpointBytes = content.bytes();
            if (content.rest() > 0 && !found.sealed) {
                torn.add(new Torn(checkpoints, content.bytes()));
            }
            return Optional.of(found);
        }
    }

    private void read(LineReader lines, List<Checkpoint> checkpoints) throws IOException {
        int checked = 0;
        boolean valid = true;
        while (valid) {
            lines.addTo(content);
            records = lines.number();
            head = lines.hash();
            bytes = lines.position();
            while (checked < checkpoints.size() && checkpoints.get(checked).records() == records) {
                requireHash(directory, checkpoints.get(checked), head);
                checked++;
            }
            valid = lines.next() && lines.number() == records + 1 && lines.follows(head);
        }
        if (checked < checkpoints.size()) {
            throw Chain.refused(
                    directory,
                    segment + " is valid up to record " + records + ", and a checkpoint says that record "
                            + checkpoints.get(checked).records() + " was there.");
        }
        Torn cut = new Torn(segment, bytes);
        if (cut.bytes.length > 0 && !sealed) {
            torn.add(cut);
        }
    }

    private static void requireHash(ChainDirectory directory, Checkpoint checkpoint, byte[] head) {
        if (!checkpoint.hash().equals(Hashes.hex(head))) {
            throw Chain.refused(
                    directory, "record " + checkpoint.records() + " is not the one that a checkpoint was made of.");
        }
    }

    /** Where a checkpoint speaks of a segment, that held records. */
    private static void requireNoCheckpointBehind(ChainDirectory directory, int segment) throws IOException {
        for (Path file : directory.checkpointFiles()) {
            if (ChainDirectory.numberOf(file) > segment
                    && !CheckpointFile.read(file).checkpoints().isEmpty()) {
                throw Chain.refused(
                        directory, file + " says that there were records, in a segment that is gone or holds none.");
            }
        }
    }

    private static boolean isSealed(Path segment) throws IOException {
        return !Files.isWritable(segment)
                || (segment.getFileSystem().supportedFileAttributeViews().contains("posix")
                        && !Files.getPosixFilePermissions(segment, LinkOption.NOFOLLOW_LINKS)
                                .contains(PosixFilePermission.OWNER_WRITE));
    }

    /** How many bytes are behind the valid prefix, without the NULs of allocated room. */
    public static long rest(Path segment, long from) throws IOException {
        long read = 0;
        long rest = 0;
        try (InputStream input = Files.newInputStream(segment)) {
            input.skipNBytes(from);
            byte[] chunk = new byte[1 << 16];
            for (int n = input.read(chunk); n >= 0; n = input.read(chunk)) {
                int used = n;
                while (used > 0 && chunk[used - 1] == 0) {
                    used--;
                }
                rest = used > 0 ? read + used : rest;
                read += n;
            }
        }
        return rest;
    }

    /** Cuts off what is no record, keeps it, and says so. */
    List<AuditRecord> repair(LogFiles files, Instant now) throws IOException {
        List<AuditRecord> repairs = new ArrayList<>();
        for (Torn cut : torn) {
            if (cut.bytes.length > 0) {
                Path kept = keep(cut, files);
                LOG.warn(
                        "A crash left {} bytes behind the valid ones of {}; they are kept in {}.",
                        cut.bytes.length,
                        cut.file,
                        kept);
                repairs.add(AuditRecord.builder(now, AuditEvent.LOG_REPAIRED)
                        .text("file", nameOf(kept))
                        .number("cut_at", cut.from)
                        .number("cut_bytes", cut.bytes.length)
                        .text("cut_sha256", Sha256.hex(cut.bytes))
                        .build());
            }
            if (cut.from == 0) {
                Files.delete(cut.file);
            } else {
                try (LogFile open = files.open(cut.file)) {
                    open.truncate(cut.from);
                }
            }
        }
        return repairs;
    }

    private static Path keep(Torn cut, LogFiles files) throws IOException {
        for (int n = 1; ; n++) {
            Path kept = ChainDirectory.tornFile(cut.file, n);
            if (!Files.exists(kept)) {
                try (LogFile created = files.create(kept)) {
                    created.write(0, cut.bytes, cut.bytes.length);
                }
                return kept;
            }
        }
    }

    private static String nameOf(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }
}
