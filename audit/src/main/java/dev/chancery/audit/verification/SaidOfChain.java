package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.MalformedLogException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a chain's first lines and checkpoints say, of itself and of other chains, before its other lines are read. */
final class SaidOfChain {
    private final ChainDirectory directory;
    private final List<Path> segments;
    private final Optional<VerificationKey> key;
    private final Claims claims;
    private final List<AuditReport.Problem> problems;
    private final Set<Long> checkpoints = new HashSet<>();

    private String id = "";
    private long checkpointed;

    SaidOfChain(
            ChainDirectory directory,
            List<Path> segments,
            Optional<VerificationKey> key,
            Claims claims,
            List<AuditReport.Problem> problems) {
        this.directory = directory;
        this.segments = segments;
        this.key = key;
        this.claims = claims;
        this.problems = problems;
    }

    /** The chain's id, empty if nothing says it. */
    String id() {
        return id;
    }

    /** The last record that a checkpoint of the chain's own covers. */
    long checkpointed() {
        return checkpointed;
    }

    boolean hasCheckpointOf(long records) {
        return checkpoints.contains(records);
    }

    /**
     * Looks at the first line of each segment and at the checkpoints.
     *
     * @return whether there is a chain
     */
    boolean take() throws IOException {
        Map<String, Integer> names = new HashMap<>();
        for (Path segment : segments) {
            try (LineReader lines = new LineReader(segment)) {
                if (lines.next()) {
                    takeFirstLine(segment, lines).ifPresent(name -> names.merge(name, 1, Integer::sum));
                }
            }
        }
        List<Path> checkpointFiles = directory.checkpointFiles();
        for (Path file : checkpointFiles) {
            for (Checkpoint checkpoint : CheckpointFile.read(file).checkpoints()) {
                names.merge(checkpoint.chain(), 2, Integer::sum);
            }
        }
        // An attacker who changes one of the names has not changed the chain's.
        id = names.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
        if (id.isEmpty() && !segments.isEmpty()) {
            problem(segments.get(0), 1, "Nothing here says which chain this is.");
        }
        for (Path file : checkpointFiles) {
            takeCheckpoints(file);
        }
        return !id.isEmpty();
    }

    private Optional<String> takeFirstLine(Path segment, LineReader lines) {
        try {
            AuditRecord first =
                    LogLine.parse(lines.line(), segment, 1, directory.number()).record();
            for (String other : first.list("other_chains")) {
                String[] parts = other.split(":", -1);
                claims.add(new Claims.OfOtherChain(segment, parts[1], Long.parseLong(parts[2]), parts[3]));
            }
            return first.field("chain");
        } catch (MalformedLogException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty(); // told of when it is this line's turn
        }
    }

    private void takeCheckpoints(Path file) throws IOException {
        CheckpointFile.Content content = CheckpointFile.read(file);
        int number = 0;
        for (Checkpoint checkpoint : content.checkpoints()) {
            number++;
            if (key.isPresent() && !claims.isAnchored(checkpoint) && !checkpoint.isSignedBy(key.get())) {
                problem(
                        file,
                        number,
                        "The checkpoint is not signed by the audit key "
                                + key.get().name() + ".");
            } else if (!checkpoint.chain().equals(id)) {
                problem(file, number, "The checkpoint is of another chain, " + checkpoint.chain() + ".");
            } else {
                claims.add(
                        id,
                        new Claims.Claim(
                                checkpoint.records(),
                                checkpoint.hash(),
                                "a checkpoint (" + file.getFileName() + ", number " + number + ")"));
                checkpointed = Math.max(checkpointed, checkpoint.records());
                checkpoints.add(checkpoint.records());
            }
        }
        if (content.rest() > 0) {
            problem(
                    file,
                    number + 1L,
                    "Here is no checkpoint, or one that was not written to its end. Opening the log repairs"
                            + " the latter.");
        }
    }

    private void problem(Path file, long line, String what) {
        problems.add(new AuditReport.Problem(file, line, what));
    }
}
