package dev.chancery.audit.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditReaderTest {
    private static final Set<AuditEvent> BOTH = EnumSet.of(AuditEvent.BACKUP_MADE, AuditEvent.DRILL_PERFORMED);
    private static final int SMALLEST_SEGMENT = 4 << 10;

    @TempDir
    private Path log;

    private AuditSigner signer;
    private Instant now;

    @BeforeEach
    void makeKey() throws GeneralSecurityException {
        signer = AuditSigner.of(
                "audit.example", KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        now = Instant.now().minusSeconds(100); // no segment is older than its records
    }

    private AuditLog open() {
        return AuditLog.open(
                log,
                signer,
                AuditOptions.builder().segmentBytes(SMALLEST_SEGMENT).quiet().build());
    }

    private void append(AuditLog open, AuditEvent event, int second, int times) {
        for (int i = 0; i < times; i++) {
            open.append(AuditRecord.builder(now.plusSeconds(second), event)
                    .text("n", second + "-" + i)
                    .build());
        }
    }

    private Map<AuditEvent, StoredRecord> last(Instant since, Predicate<AuditRecord> wanted) {
        return AuditReader.last(log, BOTH, since, wanted);
    }

    private static String n(StoredRecord found) {
        return found.record().field("n").orElseThrow();
    }

    @Test
    void the_last_of_each_event_is_found_in_whichever_segment_and_chain_it_is() {
        try (AuditLog one = open();
                AuditLog other = open()) {
            append(one, AuditEvent.DRILL_PERFORMED, 1, 1);
            append(one, AuditEvent.BACKUP_MADE, 2, 3);
            append(one, AuditEvent.VERIFICATION_PERFORMED, 3, 20);
            append(other, AuditEvent.DRILL_PERFORMED, 4, 1);
            append(one, AuditEvent.VERIFICATION_PERFORMED, 5, 1);
        }
        assertThat(log.resolve("chains/1/000002.jsonl")).exists();

        Map<AuditEvent, StoredRecord> found = last(now, record -> true);

        assertThat(found).containsOnlyKeys(BOTH.toArray(AuditEvent[]::new));
        assertThat(n(found.get(AuditEvent.BACKUP_MADE))).isEqualTo("2-2");
        assertThat(n(found.get(AuditEvent.DRILL_PERFORMED))).isEqualTo("4-0");
        assertThat(n(last(now, record -> record.field("n").equals(Optional.of("2-1")))
                        .get(AuditEvent.BACKUP_MADE)))
                .isEqualTo("2-1");
    }

    @Test
    void what_is_older_than_asked_for_is_not_there_whether_its_segment_is_read_or_not() throws IOException {
        try (AuditLog one = open()) {
            append(one, AuditEvent.BACKUP_MADE, 1, 1);
            append(one, AuditEvent.DRILL_PERFORMED, 5, 1);
        }
        assertThat(last(now.plusSeconds(3), record -> true)).containsOnlyKeys(AuditEvent.DRILL_PERFORMED);

        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofDays(2))));
            }
        }
        assertThat(last(now.minus(Duration.ofDays(1)), record -> true)).isEmpty();
    }

    @Test
    void a_log_begins_with_its_first_segment() {
        Instant before = Instant.now().minusSeconds(1);
        open().close();
        assertThat(AuditReader.beginning(log).orElseThrow()).isBetween(before, Instant.now());
    }
}
