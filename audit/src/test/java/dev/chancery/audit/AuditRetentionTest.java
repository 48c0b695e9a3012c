package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.writing.LogContext;
import dev.chancery.audit.internal.writing.Marks;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.testkit.store.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log of five days, of which the first are no longer wanted. */
class AuditRetentionTest {
    private static final Instant FIRST_DAY = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    private Path log;

    private final SettableClock clock = new SettableClock(FIRST_DAY);
    private final AuditOptions options =
            AuditOptions.builder().quiet().clock(clock).build();

    @BeforeEach
    void writeFiveDays() {
        try (AuditLog one = AuditLog.open(log, Logs.SIGNER, options);
                AuditLog two = AuditLog.open(log, Logs.SIGNER, options)) {
            for (int day = 1; day <= 5; day++) {
                one.append(record("one-" + day));
                two.append(record("two-" + day));
                clock.advance(Duration.ofDays(1));
            }
        }
    }

    private AuditRecord record(String text) {
        return AuditRecord.builder(clock.instant(), AuditEvent.KEY_USED)
                .text("op_id", text)
                .build();
    }

    private List<Path> removeUntil(String day) {
        return AuditRetention.remove(log, Instant.parse(day), Logs.SIGNER, options);
    }

    @Test
    void whole_old_segments_go_and_the_rest_verifies() {
        assertThat(removeUntil("2026-11-22T00:00:00Z")).hasSize(4);

        assertThat(Logs.texts(log)).containsExactly("one-3", "two-3", "one-4", "two-4", "one-5", "two-5");
        AuditReport report = Logs.verify(log);
        assertThat(report.problems()).isEmpty();
        assertThat(report.counts()).containsEntry(AuditEvent.SEGMENTS_REMOVED, 2L);
        try (AuditLog again = AuditLog.open(log, Logs.SIGNER, options)) {
            again.append(record("after"));
        }
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void removing_more_later_is_in_order_too() {
        removeUntil("2026-11-22T00:00:00Z");
        removeUntil("2026-11-24T00:00:00Z");

        assertThat(Logs.texts(log)).containsExactly("one-5", "two-5");
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    /** What was said of a chain that nobody writes any longer is itself removed one day. */
    @Test
    void a_chain_that_lost_segments_once_is_spoken_of_in_every_later_removal() {
        try (AuditLog one = AuditLog.open(log, Logs.SIGNER, options)) {
            for (int day = 6; day <= 9; day++) {
                one.append(record("one-" + day));
                clock.advance(Duration.ofDays(1));
            }
        }
        removeUntil("2026-11-25T00:00:00Z");
        try (AuditLog one = AuditLog.open(log, Logs.SIGNER, options)) {
            for (int day = 10; day <= 12; day++) {
                one.append(record("one-" + day));
                clock.advance(Duration.ofDays(1));
            }
        }

        assertThat(removeUntil("2026-12-01T00:00:00Z")).isNotEmpty();

        assertThat(Logs.texts(log)).containsExactly("two-5", "one-12");
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void a_segment_that_a_failing_disk_ended_goes_as_the_sealed_ones_do() throws IOException {
        Files.setPosixFilePermissions(
                ChainDirectory.of(log, 1).segment(1), PosixFilePermissions.fromString("rw-------"));

        assertThat(removeUntil("2026-11-22T00:00:00Z")).hasSize(4);
    }

    @Test
    void what_the_log_knows_of_compromised_keys_stays_known() throws IOException {
        try (AuditLog one = AuditLog.open(log, Logs.SIGNER, options)) {
            one.append(AuditRecord.builder(clock.instant(), AuditEvent.KEY_COMPROMISED)
                    .text("fingerprint", "ab".repeat(32))
                    .text("compromised_since", "UNKNOWN")
                    .build());
            clock.advance(Duration.ofDays(2));
            one.append(record("one-7"));
        }
        removeUntil("2026-11-27T00:00:00Z");
        Files.delete(ChainDirectory.of(log, 1).edge());

        assertThat(Files.readString(ChainDirectory.of(log, 1).segment(7))).doesNotContain("ab".repeat(32));
        assertThat(marks().of("ab".repeat(32))).hasValue(CompromisedSince.UNKNOWN);
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    private Marks marks() throws IOException {
        return Marks.ofLog(new LogContext(log, LogFiles.DISK, options, Logs.SIGNER, checkpoint -> {}, record -> {}));
    }

    @Test
    void the_same_by_hand_is_missed() throws IOException {
        Files.delete(ChainDirectory.of(log, 1).segment(1));

        assertThat(Logs.verify(log).problems())
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.what()).contains("missing"));
    }

    @Test
    void what_is_cut_off_in_the_middle_of_a_removal_can_be_repeated() throws IOException {
        Path second = ChainDirectory.of(log, 1).segment(2);
        byte[] kept = Files.readAllBytes(second);
        removeUntil("2026-11-22T00:00:00Z");
        Files.write(second, kept);
        Files.setPosixFilePermissions(second, PosixFilePermissions.fromString("r--------"));

        assertThat(Logs.verify(log).problems()).isEmpty();
        assertThat(removeUntil("2026-11-22T00:00:00Z")).containsExactly(second);
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void nothing_is_removed_that_is_still_written_to() {
        assertThat(removeUntil("2026-11-25T00:00:00Z")).hasSize(8);

        assertThat(Logs.texts(log)).containsExactly("one-5", "two-5");
    }

    @Test
    void a_log_that_is_not_intact_stays_as_it_is() throws IOException {
        Path segment = ChainDirectory.of(log, 1).segment(3);
        Files.setPosixFilePermissions(segment, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(segment, Files.readString(segment).replace("one-3", "ONE-3"));

        assertThatThrownBy(() -> removeUntil("2026-11-22T00:00:00Z"))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("000003.jsonl");
        assertThat(ChainDirectory.of(log, 1).segments()).hasSize(5);
    }

    @Test
    void the_future_cannot_be_kept() {
        assertThatThrownBy(() -> removeUntil("2027-01-01T00:00:00Z")).isInstanceOf(ConfigurationException.class);
    }
}
