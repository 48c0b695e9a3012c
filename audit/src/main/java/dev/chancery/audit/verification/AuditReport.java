package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.Proof;
import dev.chancery.audit.record.StoredRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What {@link AuditVerifier} found.
 *
 * @param chains the chains that are there, by number; the log's own first
 * @param problems what is wrong, the first wrong place of each chain; empty for a log that is intact
 * @param notices what is in order and worth knowing: records that were never acknowledged, changes without an outcome
 * @param intents the changes that were intended and whose outcome is not on record: they were cut off
 * @param counts how many records there are of each event
 * @param signaturesChecked whether an audit key was given to check the checkpoints' signatures with
 * @param sealsChecked whether the audit key itself was there to check each line's seal with
 */
public record AuditReport(
        List<ChainReport> chains,
        List<Problem> problems,
        List<Notice> notices,
        List<StoredRecord> intents,
        Map<AuditEvent, Long> counts,
        boolean signaturesChecked,
        boolean sealsChecked) {

    /** Copies the collections. */
    public AuditReport {
        chains = List.copyOf(chains);
        problems = List.copyOf(problems);
        notices = List.copyOf(notices);
        intents = List.copyOf(intents);
        counts = Map.copyOf(counts);
    }

    /**
     * One chain.
     *
     * @param number the name of its directory
     * @param origin the chain
     * @param records the number of the last record that is in order
     * @param checkpoint up to which record the log's own checkpoints prove the chain
     * @param anchored up to which record the anchor reaches; 0 without one. What is missing behind it cannot be noticed
     * @param end what is wrong where the chain ceases to be in order, if it does: nothing vouches for what stands there or behind, which
     *     can have the number of a genuine record
     * @param sealed the numbers of the segments whose lines' seals were checked: those that the audit key at hand has sealed, and no other
     */
    public record ChainReport(
            int number,
            Origin origin,
            long records,
            long checkpoint,
            long anchored,
            Optional<Problem> end,
            Set<Integer> sealed) {
        /** Copies the set. */
        public ChainReport {
            sealed = Set.copyOf(sealed);
        }

        private boolean reaches(StoredRecord stored) {
            int order =
                    end.map(problem -> stored.file().compareTo(problem.file())).orElse(-1);
            return order < 0 || order == 0 && stored.line() < end.orElseThrow().line();
        }

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
     * Says of a record of the log that was verified what vouches for it.
     *
     * @param stored the record
     * @return the record with the best proof there is
     */
    public StoredRecord label(StoredRecord stored) {
        for (ChainReport chain : chains) {
            if (chain.number() == stored.chain() && stored.sequence() <= chain.records() && chain.reaches(stored)) {
                return stored.with(proof(chain, stored));
            }
        }
        return stored;
    }

    private Proof proof(ChainReport chain, StoredRecord stored) {
        if (signaturesChecked && stored.sequence() <= chain.checkpoint()) {
            return Proof.CHECKPOINTED;
        }
        boolean sealed = chain.sealed().contains(ChainDirectory.numberOf(stored.file()));
        return sealed ? Proof.SEALED : Proof.UNPROVEN;
    }

    /**
     * Labels the records of the log that was verified, and leaves those out that nothing vouches for; where no signature was checked, none.
     *
     * @param records the records, as {@link dev.chancery.audit.reading.AuditReader} reads them
     * @return the records that count, each with the best proof there is; closing it closes {@code records}
     */
    public Stream<StoredRecord> vouchedFor(Stream<StoredRecord> records) {
        return records.map(this::label).filter(stored -> !signaturesChecked || stored.proof() != Proof.UNPROVEN);
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
     * The log's id, as its own chain has it.
     *
     * @return the id; empty where that chain is missing
     */
    public Optional<String> log() {
        return chains.stream()
                .filter(chain -> chain.origin().slot() == 0)
                .map(chain -> chain.origin().log())
                .findFirst();
    }

    /**
     * Insists that this is a report of one log: another one of the same key is as intact.
     *
     * @param directory the log's directory
     * @param id the id that the log had, 32 hexadecimal digits
     * @return the same report, with a problem where it is of another log
     */
    public AuditReport requireLog(Path directory, String id) {
        if (log().equals(Optional.of(id))) {
            return this;
        }
        List<Problem> more = new ArrayList<>(problems);
        more.add(
                0,
                new Problem(
                        directory,
                        0,
                        "The log " + id + " is not here: "
                                + log().map(other -> "another is, " + other).orElse("there is none")
                                + ". Find out who removed or replaced it."));
        return new AuditReport(chains, more, notices, intents, counts, signaturesChecked, sealsChecked);
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
