package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bytes behind the valid ones of a segment or of its checkpoints, without the NULs of room that was allocated ahead. */
final class TornEnd {
    private static final Logger LOG = LoggerFactory.getLogger(TornEnd.class);
    private static final int LARGEST = 1 << 30;

    private final Path file;
    private final long from;
    private final long length;

    private TornEnd(Path file, long from, long length) {
        this.file = file;
        this.from = from;
        this.length = length;
    }

    static TornEnd of(Path file, long from) throws IOException {
        long length = LogFiles.rest(file, from);
        if (length > LARGEST) {
            throw new IOException(
                    length + " bytes behind the valid ones of " + file + " are more than a crash can have left there");
        }
        return new TornEnd(file, from, length);
    }

    boolean isIn(Path other) {
        return file.equals(other);
    }

    boolean isEmpty() {
        return length == 0;
    }

    /**
     * Whether a rightly sealed line in it says that more lines were durable when it was made than are valid. One whose batch was
     * under way when the power failed says no more than that.
     */
    boolean provesLoss(long valid, LineSeal seal) throws IOException {
        if (length == 0) {
            return false;
        }
        try (LineReader lines = new LineReader(file, from, seal)) {
            do {
                while (lines.next()) {
                    if (lines.isSealed() && lines.acknowledged() > valid) {
                        return true;
                    }
                }
            } while (lines.skip());
            return false;
        }
    }

    private byte[] read() throws IOException {
        try (InputStream input = LogFiles.read(file, from)) {
            return input.readNBytes((int) length);
        }
    }

    /** Cuts it off and keeps it; returns what is to be said of it, nothing where there were only NULs. */
    Optional<AuditRecord> cutOff(LogContext context) throws IOException {
        Optional<AuditRecord> said = Optional.empty();
        if (length > 0) {
            byte[] bytes = read();
            Path kept = keep(bytes, context.files());
            LOG.warn("{} bytes behind the valid ones of {} are cut off and kept in {}.", length, file, kept);
            said = Optional.of(AuditRecord.builder(context.options().clock().instant(), AuditEvent.LOG_REPAIRED)
                    .text("file", nameOf(kept))
                    .number("cut_at", from)
                    .number("cut_bytes", length)
                    .text("cut_sha256", Sha256.hex(bytes))
                    .build());
        }
        if (from == 0) {
            Files.delete(file);
        } else {
            try (LogFile open = context.files().open(file)) {
                open.truncate(from);
            }
        }
        return said;
    }

    private Path keep(byte[] bytes, LogFiles files) throws IOException {
        for (int n = 1; ; n++) {
            Path kept = ChainDirectory.tornFile(file, n);
            if (!Files.exists(kept)) {
                try (LogFile created = files.create(kept)) {
                    created.write(0, bytes, bytes.length);
                }
                return kept;
            }
        }
    }

    private static String nameOf(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }
}
