package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage behind the last checkpoint: what was acknowledged and is gone is a loss, what a power cut left of one batch is not. */
class LossTest {
    private static final AuditOptions NO_CHECKPOINTS = AuditOptions.builder()
            .quiet()
            .checkpoints(1_000_000, Duration.ofHours(1))
            .queue(1_024, Duration.ofSeconds(30))
            .build();

    @TempDir
    private Path temp;

    private Path segment;

    /** Six batches and no checkpoint: the process was killed before it made one. */
    @BeforeEach
    void writeSixBatches() throws IOException {
        try (AuditLog log = AuditLog.open(temp, Logs.SIGNER, NO_CHECKPOINTS)) {
            for (int i = 0; i < 6; i++) {
                log.append(Logs.record("batch-" + i));
            }
        }
        segment = ChainDirectory.of(temp, 1).segment(1);
        Files.delete(ChainDirectory.checkpoints(segment));
        Files.delete(ChainDirectory.of(temp, 1).edge());
    }

    private void damage(String text) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int at = new String(bytes, StandardCharsets.US_ASCII).indexOf(text);
        bytes[at] ^= 1;
        Files.write(segment, bytes);
    }

    private void reopen() {
        try (AuditLog log = Logs.open(temp)) {
            log.append(Logs.record("after"));
        }
    }

    private long count(AuditEvent event) {
        try (var records = AuditReader.read(temp)) {
            return records.filter(stored -> stored.record().event() == event).count();
        }
    }

    @Test
    void a_byte_changed_three_batches_before_the_end_is_a_loss_of_what_was_acknowledged() throws IOException {
        damage("batch-3");
        byte[] damaged = Files.readAllBytes(segment);

        assertThat(Logs.verifySealed(temp).problems()).isNotEmpty();
        reopen();

        assertThat(count(AuditEvent.LOG_LOST)).isEqualTo(1);
        assertThat(segment).hasBinaryContent(damaged);
        assertThat(Logs.verifySealed(temp).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(segment);
            assertThat(problem.line()).isEqualTo(5);
        });
    }

    /** Nothing that was made later says that the last batch was durable. */
    @Test
    void damage_in_the_last_batch_looks_like_a_crash() throws IOException {
        damage("batch-5");

        reopen();

        assertThat(count(AuditEvent.LOG_LOST)).isZero();
        assertThat(count(AuditEvent.LOG_REPAIRED)).isEqualTo(1);
        assertThat(Logs.verifySealed(temp).problems()).isEmpty();
    }

    /** The later pages of a batch may be on the disk before the first is. */
    @Test
    void a_power_cut_that_reorders_one_batch_is_no_loss() throws IOException {
        long before = Files.size(segment);
        try (AuditLog log = AuditLog.open(temp, Logs.SIGNER, NO_CHECKPOINTS)) {
            log.write(IntStream.range(0, 5)
                    .mapToObj(i -> Logs.record("together-" + i))
                    .toList());
        }
        Files.deleteIfExists(ChainDirectory.checkpoints(segment));
        Files.deleteIfExists(ChainDirectory.of(temp, 1).edge());
        byte[] bytes = Files.readAllBytes(segment);
        Arrays.fill(bytes, (int) before, (int) before + 700, (byte) 0);
        Files.write(segment, bytes);

        assertThat(Logs.verifySealed(temp).problems()).isEmpty();
        reopen();

        assertThat(count(AuditEvent.LOG_LOST)).isZero();
        assertThat(count(AuditEvent.LOG_REPAIRED)).isEqualTo(1);
        assertThat(Logs.texts(temp)).contains("batch-5", "after").noneMatch(text -> text.startsWith("together"));
        assertThat(Logs.verifySealed(temp).problems()).isEmpty();
    }
}
