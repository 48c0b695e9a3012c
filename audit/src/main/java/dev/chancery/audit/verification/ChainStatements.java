package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.line.SegmentStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a chain's checkpoints and the first lines of its segments say, before its other lines are read. The checkpoints are read before
 * the segments are listed: while a log is written to, what a checkpoint covers is there before the checkpoint is.
 */
final class ChainStatements {
    private final ChainDirectory directory;
    private final Trust trust;
    private final Claims claims;
    private final Findings findings;
    private final Map<Path, CheckpointFile.Content> contents = new LinkedHashMap<>();
    private final Set<Checkpoint> believed = new HashSet<>();
    private final Set<Long> sizes = new HashSet<>();
    private List<Path> segments = List.of();
    private Optional<Origin> origin = Optional.empty();
    private long proven;

    ChainStatements(ChainDirectory directory, Trust trust, Claims claims, Findings findings) {
        this.directory = directory;
        this.trust = trust;
        this.claims = claims;
        this.findings = findings;
    }

    /** The chain, as most of its first lines and checkpoints call it; empty if nothing says. */
    Optional<Origin> origin() {
        return origin;
    }

    /** The segments that there were when the checkpoints had been read. */
    List<Path> segments() {
        return segments;
    }

    /** Up to which line a checkpoint of the chain's own reaches that counts. */
    long proven() {
        return proven;
    }

    /** The same of those that are of no more lines than that. */
    long proven(long size) {
        return sizes.stream()
                .filter(stated -> stated <= size)
                .max(Long::compare)
                .orElse(0L);
    }

    /** The checkpoints of the chain that count. */
    List<Checkpoint> believed() {
        return believed.stream()
                .filter(checkpoint -> origin.equals(Optional.of(checkpoint.origin())))
                .toList();
    }

    boolean hasCheckpointOf(long size) {
        return sizes.contains(size);
    }

    void take() throws IOException {
        List<Path> files = directory.checkpointFiles();
        for (Path file : files) {
            CheckpointFile.Content content = CheckpointFile.read(file);
            contents.put(file, content);
            content.checkpoints().stream()
                    .filter(checkpoint -> claims.isAnchored(checkpoint) || trust.believes(checkpoint))
                    .forEach(believed::add);
        }
        segments = directory.segments();
        origin = mostNamed();
        if (origin.isEmpty() && !segments.isEmpty()) {
            findings.problem(segments.get(0), 1, "Nothing here says which chain this is.");
        }
        Path last = files.isEmpty() ? directory.path() : files.get(files.size() - 1);
        contents.forEach((file, content) -> take(file, content, file.equals(last)));
    }

    /** An attacker who changes one of the names has not changed the chain's. */
    private Optional<Origin> mostNamed() throws IOException {
        Map<Origin, Integer> names = new HashMap<>();
        for (Path segment : segments) {
            SegmentStart.of(segment, directory.number())
                    .ifPresent(start -> names.merge(start.origin(), 1, Integer::sum));
        }
        believed.forEach(checkpoint -> names.merge(checkpoint.origin(), 2, Integer::sum));
        return names.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private void take(Path file, CheckpointFile.Content content, boolean last) {
        int number = 0;
        for (Optional<Checkpoint> note : content.notes()) {
            number++;
            if (note.isEmpty()) {
                takeStray(
                        file,
                        number,
                        last
                                && content.endsInHalf()
                                && number == content.notes().size());
                continue;
            }
            Checkpoint checkpoint = note.get();
            if (!believed.contains(checkpoint)) {
                findings.problem(
                        file,
                        number,
                        "The checkpoint is not signed by the audit key "
                                + trust.latest().orElseThrow().name() + ".");
            } else if (!origin.equals(Optional.of(checkpoint.origin()))) {
                findings.problem(file, number, "The checkpoint is of another chain, " + checkpoint.origin() + ".");
            } else {
                claims.add(
                        checkpoint.origin(),
                        new Claims.Claim(
                                checkpoint.size(),
                                checkpoint.root(),
                                "a checkpoint (" + file.getFileName() + ", number " + number + ")"));
                proven = Math.max(proven, checkpoint.size());
                sizes.add(checkpoint.size());
            }
        }
    }

    private void takeStray(Path file, int number, boolean half) {
        if (half) {
            findings.notice(
                    file,
                    number,
                    "Here is half a checkpoint: it is being written, or a crash left it and opening the log will cut it off.");
        } else {
            findings.problem(file, number, "This is no checkpoint.");
        }
    }
}
