package dev.chancery.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a chain was left, by an orderly end or by a crash: its last segment, cut to the longest valid prefix. What is behind
 * that was never acknowledged, is kept in a file of its own, and is told of in the log. Lines below a checkpoint were
 * acknowledged: if one of them is missing, the chain is not continued.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private final ChainDirectory directory;
    private final String chain;
    private final Path segment;
    private final Instant begun;
    private final boolean sealed;
    private final List<Torn> torn;
    private final MessageDigest content = Hashes.sha256();
    private long records;
    private byte[] head = new byte[0];
    private long bytes;

    /** Bytes that are no records: where they are, where they begin, and without the NULs at the end. */
    private static final class Torn {
        private final Path file;
        private final long from;
        private final byte[] bytes;

        Torn(Path file, long from) throws IOException {
            this.file = file;
            this.from = from;
            this.bytes = rest(file, from);
        }
    }

    private Recovery(ChainDirectory directory, StoredRecord first, List<Torn> torn) throws IOException {
        this.directory = directory;
        this.segment = first.file();
        this.chain = first.record()
                .field("chain")
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
                return found;
            }
            requireNoCheckpoint(directory, segment);
            torn.add(new Torn(segment, 0));
        }
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
        List<Checkpoint> checkpoints =
                CheckpointFile.read(ChainDirectory.checkpoints(segment)).checkpoints();
        try (LineReader lines = new LineReader(segment)) {
            if (!lines.next()) {
                return Optional.empty();
            }
            Recovery found = new Recovery(directory, LogLine.parse(lines.line(), segment, 1, directory.number()), torn);
            found.read(lines, checkpoints);
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

    private static void requireNoCheckpoint(ChainDirectory directory, Path segment) throws IOException {
        if (!CheckpointFile.read(ChainDirectory.checkpoints(segment))
                .checkpoints()
                .isEmpty()) {
            throw Chain.refused(directory, segment + " holds no record, and a checkpoint says that there were some.");
        }
    }

    static boolean isSealed(Path segment) throws IOException {
        return !Files.isWritable(segment)
                || (segment.getFileSystem().supportedFileAttributeViews().contains("posix")
                        && !Files.getPosixFilePermissions(segment, LinkOption.NOFOLLOW_LINKS)
                                .contains(PosixFilePermission.OWNER_WRITE));
    }

    /** What is behind the valid prefix, without the NULs of allocated room. */
    static byte[] rest(Path segment, long from) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try (InputStream input = Files.newInputStream(segment)) {
            input.skipNBytes(from);
            input.transferTo(rest);
        }
        byte[] bytes = rest.toByteArray();
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** Cuts off what is no record, keeps it, and says so. */
    List<AuditRecord> repair(LogFiles files, Instant now) throws IOException {
        List<AuditRecord> repairs = new ArrayList<>();
        for (Torn cut : torn) {
            if (cut.bytes.length > 0) {
                Path kept = keep(cut, files);
                LOG.warn(
                        "A crash left {} bytes behind the last record of {}; they are kept in {}.",
                        cut.bytes.length,
                        cut.file,
                        kept);
                repairs.add(AuditRecord.builder(now, AuditEvent.LOG_REPAIRED)
                        .text("file", nameOf(kept))
                        .number("cut_at", cut.from)
                        .number("cut_bytes", cut.bytes.length)
                        .text("cut_sha256", Hashes.hex(Hashes.sha256().digest(cut.bytes)))
                        .build());
            }
            if (cut.file.equals(segment)) {
                try (LogFile open = files.open(segment)) {
                    open.truncate(bytes);
                }
            } else {
                Files.delete(cut.file);
            }
        }
        return repairs;
    }

    private static Path keep(Torn cut, LogFiles files) throws IOException {
        for (int n = 1; ; n++) {
            Path kept = cut.file.resolveSibling(nameOf(cut.file) + ".torn-" + n);
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
