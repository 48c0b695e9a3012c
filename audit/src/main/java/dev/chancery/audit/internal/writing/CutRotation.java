package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A rotation of the audit key that a crash has cut off: the log's own chain says that the key was rotated, and its segment under the new key was
 * never begun. Neither key may go on: the old one is a former one, and the new one knows of no compromised key yet.
 */
final class CutRotation {
    private CutRotation() {}

    /** The key that a segment of the log's own chain says the log is kept with from here on, if that is its last line. */
    static Optional<String> find(Path segment) throws IOException {
        return lastLine(segment)
                .filter(record -> record.event() == AuditEvent.AUDIT_KEY_ROTATED)
                .flatMap(record -> record.field("to"));
    }

    /** What is behind the last whole line is a crash's, and says nothing. */
    private static Optional<AuditRecord> lastLine(Path segment) throws IOException {
        long end = LogFiles.rest(segment, 0);
        long from = Math.max(0, end - 2L * LogLine.MAX_BYTES);
        byte[] tail;
        try (InputStream input = LogFiles.read(segment, from)) {
            tail = input.readNBytes((int) (end - from));
        }
        int stop = lastNewline(tail, tail.length);
        if (stop < 0) {
            return Optional.empty();
        }
        byte[] line = Arrays.copyOfRange(tail, lastNewline(tail, stop) + 1, stop + 1);
        try {
            return Optional.of(
                    LogLine.parse(line, segment, 1, ChainDirectory.OWN).record());
        } catch (MalformedLogException e) {
            return Optional.empty(); // the verifier's to tell of
        }
    }

    private static int lastNewline(byte[] bytes, int before) {
        int at = before - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }

    /**
     * Insists that the log has no such rotation.
     *
     * @throws ConfigurationException if it has
     */
    static void requireNone(Path log) throws IOException {
        List<Path> segments = ChainDirectory.of(log, ChainDirectory.OWN).segments();
        Optional<String> to = segments.isEmpty() ? Optional.empty() : find(segments.get(segments.size() - 1));
        if (to.isPresent()) {
            throw refusal(log, to.get());
        }
    }

    static ConfigurationException refusal(Path log, String to) {
        return new ConfigurationException("The audit key of the log in " + log + " was being rotated to "
                + Printable.of(to) + " when that was cut off. Repeat that, with the former key:"
                + " chancery audit rotate-key --to FILE.");
    }
}
