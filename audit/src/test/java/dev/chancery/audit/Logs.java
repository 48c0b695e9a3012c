package dev.chancery.audit;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the tests of this package need to write and to verify logs. */
final class Logs {
    static final AuditSigner SIGNER = signer();

    /** Patient: what these tests are about is not how long a disk may take. */
    static final AuditOptions QUIET =
            AuditOptions.builder().quiet().queue(1_024, Duration.ofSeconds(30)).build();

    private Logs() {}

    private static AuditSigner signer() {
        return AuditSigner.of("tests", pair());
    }

    static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static AuditLog open(Path directory) {
        return AuditLog.open(directory, SIGNER, QUIET);
    }

    /** A record that tells apart from others by its text. */
    static AuditRecord record(String text) {
        return AuditRecord.builder(Instant.now(), AuditEvent.KEY_USED)
                .text("op_id", text)
                .text("key_id", "release-2026")
                .build();
    }

    static AuditReport verify(Path directory, Checkpoint... anchors) {
        return AuditVerifier.verify(directory, Optional.of(SIGNER.verificationKey()), List.of(anchors));
    }

    /** What stands in the field that tells records apart, in the order of time. */
    static List<String> texts(Path directory) {
        try (var records = AuditReader.read(directory)) {
            return records.filter(stored -> stored.record().event() == AuditEvent.KEY_USED)
                    .map(stored -> stored.record().field("op_id").orElseThrow())
                    .toList();
        }
    }
}
