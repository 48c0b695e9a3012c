package dev.chancery.audit.verification;

import dev.chancery.audit.record.AuditEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@link AuditVerifier} found.
 *
 * @param chains the chains that are there, by number
 * @param problems what is wrong, the first wrong place of each chain; empty for a log that is intact
 * @param notices what is in order and worth knowing: records that were never acknowledged, changes without an outcome
 * @param counts how many records there are of each event
 * @param signaturesChecked whether an audit key was given to check the checkpoints' signatures with
 */
public record AuditReport(
        List<ChainReport> chains,
        List<Problem> problems,
        List<Notice> notices,
        Map<AuditEvent, Long> counts,
        boolean signaturesChecked) {

    /** Copies the collections. */
    public AuditReport {
        chains = List.copyOf(chains);
        problems = List.copyOf(problems);
        notices = List.copyOf(notices);
        counts = Map.copyOf(counts);
    }

    /**
     * One chain.
     *
     * @param number the name of its directory
     * @param id the chain's id
     * @param records the number of the last record that is in order
     * @param checkpoint up to which record the log's own checkpoints reach
     * @param anchored up to which record the anchor reaches; 0 without one. What is missing behind it cannot be noticed
     */
    public record ChainReport(int number, String id, long records, long checkpoint, long anchored) {

        /**
         * Whether nothing can have been removed from the end.
         *
         * @return {@code true} if the anchor reaches to the last record
         */
        public boolean isEndProven() {
            return anchored >= records;
        }
    }

    /**
     * Something that is wrong.
     *
     * @param file the file
     * @param line the line in it, counted from 1; 0 where no line can be named
     * @param what what is wrong there, a sentence
     */
    public record Problem(Path file, long line, String what) {
        @Override
        public String toString() {
            return file + (line > 0 ? ", line " + line : "") + ": " + what;
        }
    }

    /**
     * Something worth knowing.
     *
     * @param file the file
     * @param line the line in it, counted from 1; 0 where no line can be named
     * @param what what is there, a sentence
     */
    public record Notice(Path file, long line, String what) {
        @Override
        public String toString() {
            return file + (line > 0 ? ", line " + line : "") + ": " + what;
        }
    }

    /**
     * Whether nothing is wrong.
     *
     * @return {@code true} if there are no problems
     */
    public boolean isIntact() {
        return problems.isEmpty();
    }

    /**
     * How many records are in order.
     *
     * @return the sum over all chains
     */
    public long records() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
