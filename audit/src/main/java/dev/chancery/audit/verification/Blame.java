package dev.chancery.audit.verification;

import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.record.MalformedLogException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/** A line that does not follow the one before: which of the two was changed, or was one removed or put between? */
final class Blame {
    private final Sequence sequence;
    private final NavigableMap<Long, List<Claims.Claim>> claims;

    Blame(Sequence sequence, NavigableMap<Long, List<Claims.Claim>> claims) {
        this.sequence = sequence;
        this.claims = claims;
    }

    /**
     * Names the wrong line.
     *
     * @param line the line that does not follow; the one behind it is read, too
     * @param here where it stands
     * @param next the segment behind this one
     */
    AuditReport.Problem assign(LineReader line, Sequence.Place here, Optional<Path> next) throws IOException {
        if (!isRecord(sequence.last())) {
            return at(sequence.last(), "This is no record.");
        }
        long number = line.number();
        byte[] leaf = line.leaf();
        if (Arrays.equals(leaf, sequence.head())) {
            return at(here, "Record " + number + " stands here again.");
        }
        boolean followsOneBefore = number == sequence.size() && line.follows(sequence.beforeHead());
        if (followsOneBefore) {
            return at(sequence.last(), "This line was put in: the one after it follows the one before it.");
        }
        if (number <= sequence.size()) {
            return at(here, "Record " + number + " stands here again, or out of its place.");
        }
        if (number > sequence.size() + 1) {
            return at(
                    here,
                    "Records " + (sequence.size() + 1) + " to " + (number - 1) + " are missing before this line.");
        }
        return isIntact(line, number, leaf, next)
                ? at(sequence.last(), "This line was changed: the one after it knows another.")
                : at(here, "This line was changed: it does not follow the one before it.");
    }

    /** Whether a line is a record as a whole: one that lost its newline has the next one in it. */
    static boolean isRecord(Sequence.Place place) throws IOException {
        if (place.line() == 0) {
            return true;
        }
        try (LineReader lines = new LineReader(place.file())) {
            while (lines.next()) {
                if (lines.lines() == place.line()) {
                    lines.event();
                }
            }
            return true;
        } catch (MalformedLogException e) {
            return false;
        }
    }

    private static AuditReport.Problem at(Sequence.Place place, String what) {
        return new AuditReport.Problem(place.file(), place.line(), what);
    }

    /** Whether what comes after a line, or a claim, knows it as it is. */
    private boolean isIntact(LineReader line, long number, byte[] leaf, Optional<Path> next) throws IOException {
        List<Claims.Claim> of = claims.getOrDefault(number, List.of());
        if (!of.isEmpty()) {
            byte[] prev = HexFormat.of().parseHex(line.prev());
            String root = Hashes.hex(sequence.rootWith(prev, leaf));
            return of.stream().allMatch(claim -> claim.root().equals(root));
        }
        if (line.next()) {
            return line.number() == number + 1 && line.follows(leaf);
        }
        if (next.isEmpty()) {
            return false;
        }
        try (LineReader first = new LineReader(next.get())) {
            return first.next() && first.follows(leaf);
        }
    }
}
