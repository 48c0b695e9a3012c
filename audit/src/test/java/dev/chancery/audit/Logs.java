package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the tests of this package need to write and to verify logs. */
public final class Logs {
    public static final AuditSigner SIGNER = signer();

    /** Patient: what these tests are about is not how long a disk may take. */
    public static final AuditOptions QUIET =
            AuditOptions.builder().quiet().queue(1_024, Duration.ofSeconds(30)).build();

    private Logs() {}

    private static AuditSigner signer() {
        return AuditSigner.of("tests", pair());
    }

    public static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    public static AuditLog open(Path directory) {
        return AuditLog.open(directory, SIGNER, QUIET);
    }

    /** A record that tells apart from others by its text. */
    public static AuditRecord record(String text) {
        return AuditRecord.builder(Instant.now(), AuditEvent.KEY_USED)
                .text("op_id", text)
                .text("key_id", "release-2026")
                .build();
    }

    public static AuditReport verify(Path directory, Checkpoint... anchors) {
        return AuditVerifier.verify(directory, Optional.of(SIGNER.verificationKey()), List.of(anchors));
    }

    /** With the audit key, which proves each line. */
    public static AuditReport verifySealed(Path directory, Checkpoint... anchors) {
        return AuditVerifier.verify(directory, SIGNER, List.of(anchors));
    }

    /** The chains with records, without the log's own. */
    public static List<AuditReport.ChainReport> chains(AuditReport report) {
        return report.chains().stream().filter(chain -> chain.number() > 0).toList();
    }

    /** What stands in the field that tells records apart, in the order of time. */
    public static List<String> texts(Path directory) {
        try (var records = AuditReader.read(directory)) {
            return records.filter(stored -> stored.record().event() == AuditEvent.KEY_USED)
                    .map(stored -> stored.record().field("op_id").orElseThrow())
                    .toList();
        }
    }
}
