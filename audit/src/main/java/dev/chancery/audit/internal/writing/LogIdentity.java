package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which log a directory holds, as the first line of its own chain says: the log's birth. */
public final class LogIdentity {
    private LogIdentity() {}

    /** The ids of the logs that the chains of a directory call themselves parts of, genuine or not: one as a rule. */
    public static Set<String> readAll(Path log) throws IOException {
        Set<String> ids = new HashSet<>();
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            for (Path segment : chain.segments()) {
                SegmentStart.of(segment, chain.number())
                        .ifPresent(start -> ids.add(start.origin().log()));
            }
        }
        return ids;
    }

    /**
     * The id that a log gives itself, genuine or not.
     *
     * @return the id; empty where there is no first line of the log's own chain
     */
    public static Optional<String> read(Path log) throws IOException {
        List<Path> segments = segmentsOf(ChainDirectory.of(log, ChainDirectory.OWN));
        return segments.isEmpty()
                ? Optional.empty()
                : SegmentStart.of(segments.get(0), ChainDirectory.OWN)
                        .map(start -> start.origin().log());
    }

    /**
     * The log's id, if it was born; with the audit key that it is kept with now.
     *
     * @throws ConfigurationException if it is kept with another audit key: nothing was touched
     * @throws IntegrityException if the first line of its own chain was not written by a holder of that key
     */
    static Optional<String> find(LogContext context) throws IOException {
        Path chains = context.log().resolve(ChainDirectory.CHAINS);
        if (!Files.isDirectory(chains)) {
            return Optional.empty();
        }
        List<Path> segments = segmentsOf(ChainDirectory.of(context.log(), ChainDirectory.OWN));
        Optional<SegmentStart> first =
                segments.isEmpty() ? Optional.empty() : SegmentStart.of(segments.get(0), ChainDirectory.OWN);
        if (first.isEmpty()) {
            requireNoOtherChain(context.log());
            return Optional.empty();
        }
        requireKey(context, first.get(), segments.get(segments.size() - 1));
        return Optional.of(first.get().origin().log());
    }

    private static List<Path> segmentsOf(ChainDirectory chain) throws IOException {
        return Files.isDirectory(chain.path()) ? chain.segments() : List.of();
    }

    private static void requireKey(LogContext context, SegmentStart first, Path last) throws IOException {
        SegmentStart now = SegmentStart.of(last, ChainDirectory.OWN).orElse(first);
        VerificationKey key = context.signer().verificationKey();
        if (!now.auditKey().equals(key.toString())) {
            if (CutRotation.find(last).filter(key.toString()::equals).isPresent()) {
                throw CutRotation.refusal(context.log(), key.toString());
            }
            throw new ConfigurationException("The audit log in " + context.log() + " is kept with the audit key "
                    + Printable.of(now.auditKey()) + ", and this is " + key
                    + ". Name the right one (--audit-key), or begin another log.");
        }
        LineSeal seal = new LineSeal(context.signer().sealKey(first.origin()));
        if (!now.sealCheck().equals(seal.check())) {
            throw new ConfigurationException(
                    "The lines of the audit log in " + context.log()
                            + " are sealed with another seal key than this audit key has. Name the right one, or begin another log.");
        }
        if (first.auditKey().equals(now.auditKey()) && !isSealed(first.segment(), seal)) {
            throw new IntegrityException("The audit log in " + context.log() + " is not continued: " + first.segment()
                    + " does not begin with a line that the audit key sealed. Look with `chancery audit verify`, keep the"
                    + " directory as it is for the investigation, and open another.");
        }
    }

    private static boolean isSealed(Path segment, LineSeal seal) throws IOException {
        try (LineReader lines = new LineReader(segment, 0, seal)) {
            return lines.next() && lines.isSealed();
        }
    }

    /** A log that has chains and was never born has lost its own, or is of the first edition. */
    private static void requireNoOtherChain(Path log) throws IOException {
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            boolean begun = chain.number() != ChainDirectory.OWN
                    && !chain.segments().isEmpty()
                    && Files.size(chain.segments().get(0)) >= FIRST_EDITION; // less is what a crash leaves
            if (begun) {
                requireThisEdition(chain.segments().get(0));
                throw new IntegrityException(
                        "The audit log in " + log + " is not continued: its own chain, chains/0, is gone."
                                + " Look with `chancery audit verify`, keep the directory as it is for the investigation, and open"
                                + " another.");
            }
        }
    }

    /**
     * Insists on lines of the form that this version writes.
     *
     * @throws ConfigurationException if the segment begins as those of the first edition do
     */
    public static void requireThisEdition(Path segment) throws IOException {
        byte[] beginning;
        try (var input = Files.newInputStream(segment)) {
            beginning = input.readNBytes(FIRST_EDITION);
        }
        String text = new String(beginning, StandardCharsets.US_ASCII);
        if (text.startsWith("{\"seq\":1,\"prev\":\"") && text.endsWith("\",\"timestamp")) {
            throw new ConfigurationException(
                    segment + " is of the audit log's first edition, whose lines have no seals. Verify it"
                            + " with the version of chancery that wrote it, keep it as it is, and begin another log.");
        }
    }

    /** From the brace to where the second edition has {@code acked}. */
    private static final int FIRST_EDITION = "{\"seq\":1,\"prev\":\"".length() + 64 + "\",\"timestamp".length();
}
