package dev.chancery.audit.receipt;

import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What proves one record to a recipient who has neither the log nor its key: that the record's line is in its chain, and that the chain's
 * head is in the log's own. Two proofs in the form of <a href="https://c2sp.org/tlog-proof">c2sp.org/tlog-proof</a>, one behind the
 * other with an empty line between. Immutable and thread-safe.
 *
 * <p>A receipt proves that the log has the record. That a signature is genuine, the signature itself proves; with one, see
 * {@link Checked#vouchesFor}.
 */
public final class Receipt {
    private static final int LONGEST = 256 << 10;

    private final TlogProof line;
    private final TlogProof head;

    Receipt(TlogProof line, TlogProof head) {
        this.line = line;
        this.head = head;
    }

    /**
     * Reads a receipt, without checking it.
     *
     * @param text the text
     * @return the receipt
     * @throws ConfigurationException if the text is none
     */
    public static Receipt parse(String text) {
        int second = text.length() > LONGEST ? -1 : text.indexOf("\n\n" + TlogProof.HEADER);
        if (second < 0) {
            throw new ConfigurationException("This is no receipt of an audit log.");
        }
        return new Receipt(TlogProof.parse(text.substring(0, second + 1)), TlogProof.parse(text.substring(second + 2)));
    }

    /**
     * Checks the receipt. The recipient brings what it is checked against.
     *
     * @param key the log's verification key
     * @param log the log's id, or empty to take any log of that key
     * @return the record that is proven
     * @throws IntegrityException if the receipt proves nothing
     */
    public Checked check(VerificationKey key, Optional<String> log) {
        Origin origin = line.checkpoint().origin();
        Origin own = head.checkpoint().origin();
        require(
                line.checkpoint().isSignedBy(key) && head.checkpoint().isSignedBy(key),
                "its checkpoints are not signed by " + key.name());
        require(line.holds() && head.holds(), "its hashes do not lead to the roots that were signed");
        require(own.slot() == ChainDirectory.OWN && own.log().equals(origin.log()), "it joins two logs");
        require(log.isEmpty() || log.get().equals(own.log()), "it is of another log, " + own.log());
        AuditRecord stated = record(head);
        boolean fits = stated.event() == AuditEvent.CHAIN_HEAD
                && stated.field("origin").equals(Optional.of(origin.toString()))
                && stated.number("size").orElse(-1) == line.checkpoint().size()
                && stated.field("root").equals(Optional.of(line.checkpoint().root()));
        require(fits, "the log's own chain does not speak of the chain that the record is in");
        return new Checked(record(line), origin, line.index() + 1);
    }

    /**
     * Since when the record is proven to have been there: the time at which so many witnesses had cosigned the log's own chain, on the
     * checkpoint that the receipt has. A claim for {@code VerifyOptions.provenAt}; {@link #check} comes first.
     *
     * @param witnesses the keys of the witnesses that count; one that is named twice counts once
     * @param quorum how many of them, at least 1
     * @param now what is later than this counts as no time
     * @return the time; empty if fewer have cosigned
     */
    public Optional<Instant> provenAt(List<WitnessKey> witnesses, int quorum, Instant now) {
        List<Instant> times = witnesses.stream()
                .distinct()
                .flatMap(witness -> head.checkpoint().cosignedBy(witness).stream())
                .filter(time -> !time.isAfter(now))
                .sorted()
                .toList();
        return quorum > 0 && times.size() >= quorum ? Optional.of(times.get(quorum - 1)) : Optional.empty();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IntegrityException("This receipt proves nothing: " + what + ".");
        }
    }

    private static AuditRecord record(TlogProof proof) {
        try {
            return LogLine.parse(
                            proof.bytes(),
                            Path.of("receipt"),
                            1,
                            proof.checkpoint().origin().slot())
                    .record();
        } catch (MalformedLogException e) {
            throw new IntegrityException("This receipt proves nothing: what it proves is no record.", e);
        }
    }

    /**
     * What a receipt proves.
     *
     * @param record the record
     * @param origin the chain that it is in
     * @param sequence its number there
     */
    public record Checked(AuditRecord record, Origin origin, long sequence) {

        /**
         * Whether the record is the one of a signature.
         *
         * @param fingerprint the SHA-256 of the public key that verifies it, 64 hexadecimal digits
         * @param algorithm the algorithm's name, as the log has it
         * @param digest what was signed, as the log has it: {@code sha256:…}
         * @param signatureSha256 the SHA-256 of the signature, 64 hexadecimal digits
         * @return {@code true} only if this is that {@link AuditEvent#SIGNATURE_GENERATED}
         */
        public boolean vouchesFor(String fingerprint, String algorithm, String digest, String signatureSha256) {
            return record.event() == AuditEvent.SIGNATURE_GENERATED
                    && record.field("fingerprint").equals(Optional.of(fingerprint))
                    && record.field("algorithm").equals(Optional.of(algorithm))
                    && record.field("digest").equals(Optional.of(digest))
                    && record.field("signature_sha256").equals(Optional.of(signatureSha256));
        }
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        return line + "\n" + head;
    }
}
