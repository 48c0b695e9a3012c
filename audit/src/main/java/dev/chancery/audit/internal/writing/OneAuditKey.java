package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A log is kept with one audit key, the one that its first segment names: a single checkpoint by another, of an operator who
 * forgot to name the right one, would keep the log from ever verifying again.
 */
public final class OneAuditKey {
    private OneAuditKey() {}

    /** Insists on the log's key; a log that is yet to begin takes any. */
    public static void require(Path log, VerificationKey key) throws IOException {
        Optional<String> kept = ofLog(log).filter(named -> !named.equals(key.toString()));
        if (kept.isPresent()) {
            throw new ConfigurationException("The audit log in " + log + " is kept with the audit key "
                    + Printable.of(kept.get()) + ", and this is " + key
                    + ". Name the right one (--audit-key), or begin another log.");
        }
    }

    private static Optional<String> ofLog(Path log) throws IOException {
        if (!Files.isDirectory(log.resolve(ChainDirectory.CHAINS))) {
            return Optional.empty();
        }
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            List<Path> segments = chain.segments();
            if (!segments.isEmpty()) {
                return ofSegment(chain, segments.get(0));
            }
        }
        return Optional.empty();
    }

    /** A line that is no record is left alone: the writer that continues the chain refuses or repairs it. */
    private static Optional<String> ofSegment(ChainDirectory chain, Path segment) throws IOException {
        try (InputStream input = new BufferedInputStream(Files.newInputStream(segment))) {
            byte[] first = LogLine.read(input);
            return first.length == 0
                    ? Optional.empty()
                    : LogLine.parse(first, segment, 1, chain.number()).record().field("audit_key");
        } catch (MalformedLogException e) {
            return Optional.empty();
        }
    }
}
