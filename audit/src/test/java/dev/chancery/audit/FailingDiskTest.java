package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.options.AuditMode;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Signature;
import dev.chancery.spi.support.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fails: nothing is released unrecorded, and signing goes on by itself when the disk does. */
class FailingDiskTest {
    @TempDir
    private Path log;

    private final Disk disk = new Disk();
    private KeyStore store;
    private Signer signer;
    private KeyMetadata key;

    /** Fails on its next writes. */
    private static final class Disk implements LogFiles {
        private final AtomicInteger failures = new AtomicInteger();

        private void mayFail() throws IOException {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public LogFile create(Path file) throws IOException {
            mayFail();
            return new Failing(DISK.create(file));
        }

        @Override
        public LogFile open(Path file) throws IOException {
            return new Failing(DISK.open(file));
        }

        @Override
        public void makeDirectories(Path directory) throws IOException {
            DISK.makeDirectories(directory);
        }

        @Override
        public long usableSpace(Path directory) throws IOException {
            return DISK.usableSpace(directory);
        }

        @Override
        public void seal(Path file) throws IOException {
            DISK.seal(file);
        }

        private final class Failing implements LogFile {
            private final LogFile file;

            Failing(LogFile file) {
                this.file = file;
            }

            /** What was written may be there all the same, when forcing it fails. */
            @Override
            public void write(long position, byte[] bytes, int length) throws IOException {
                file.write(position, bytes, length);
                mayFail();
            }

            @Override
            public void truncate(long length) throws IOException {
                file.truncate(length);
            }

            @Override
            public void requireInPlace(long least) throws IOException {
                file.requireInPlace(least);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        }
    }

    private void open(AuditMode mode) {
        open(mode, Duration.ofSeconds(20));
    }

    private void open(AuditMode mode, Duration patience) {
        AuditOptions options =
                AuditOptions.builder().quiet().mode(mode).queue(64, patience).build();
        store = AuditedKeyStore.wrap(KeyStores.open("memory:"), AuditLog.open(log, disk, Logs.SIGNER, options));
        key = store.generate(KeyRequest.of(KeySpec.EC_P256, "release"));
        signer = store.signer(key.id());
    }

    @BeforeEach
    void openFailingClosed() {
        open(AuditMode.FAIL_CLOSED);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<AuditRecord> records(AuditEvent event) {
        try (var records = AuditReader.read(log)) {
            return records.map(StoredRecord::record)
                    .filter(record -> record.event() == event)
                    .toList();
        }
    }

    @Test
    void a_signature_whose_record_fails_is_withheld_and_the_next_one_goes_through() {
        signer.sign(new byte[1]);
        disk.failures.set(1);

        assertThatThrownBy(() -> signer.sign(new byte[2]))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("withheld")
                .hasMessageContaining("No space left on device");
        signer.sign(new byte[3]);
        store.close();

        assertThat(records(AuditEvent.SIGNATURE_WITHHELD)).hasSize(1);
        assertThat(records(AuditEvent.LOG_RESUMED)).hasSize(1);
        AuditReport report = Logs.verify(log);
        assertThat(report.problems()).isEmpty();
        assertThat(report.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("never acknowledged"));
    }

    @Test
    void a_disk_that_stays_full_withholds_everything_and_service_resumes_with_it() {
        signer.sign(new byte[1]);
        disk.failures.set(6);

        assertThatThrownBy(() -> signer.sign(new byte[2])).isInstanceOf(AuditUnavailableException.class);
        signer.sign(new byte[3]); // waits until the disk has room again
        store.close();

        assertThat(disk.failures).hasValue(0);
        assertThat(records(AuditEvent.SIGNATURE_GENERATED).size()
                        - records(AuditEvent.SIGNATURE_WITHHELD).size())
                .as("released")
                .isBetween(1, 2);
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void a_log_file_that_is_removed_is_missed_at_once_and_the_loss_comes_first() throws IOException {
        signer.sign(new byte[1]);
        Path segment = ChainDirectory.of(log, 1).segment(1);
        Files.delete(segment);

        assertThatThrownBy(() -> signer.sign(new byte[2]))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("was removed");
        signer.sign(new byte[3]);

        Path next = ChainDirectory.of(log, 1).segment(2);
        assertThat(Files.readString(next).lines().skip(1).findFirst().orElseThrow())
                .contains("\"event\":\"LOG_LOST\"");
        AuditReport report = Logs.verify(log);
        assertThat(report.problems()).isNotEmpty();
    }

    @Test
    void a_log_file_that_is_replaced_is_missed_at_once() throws IOException {
        signer.sign(new byte[1]);
        Path segment = ChainDirectory.of(log, 1).segment(1);
        Path copy = Files.copy(segment, log.resolve("copy"));
        Files.move(copy, segment, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> signer.sign(new byte[2]))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("was replaced");
        signer.sign(new byte[3]);
        store.close();

        assertThat(records(AuditEvent.LOG_LOST)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100})
    void a_log_file_that_is_shortened_is_missed_at_once_and_the_log_tells_which_records(long length)
            throws IOException {
        signer.sign(new byte[1]);
        Path segment = ChainDirectory.of(log, 1).segment(1);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }

        assertThatThrownBy(() -> signer.sign(new byte[2]))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("bytes where");
        signer.sign(new byte[3]);
        store.close();

        assertThat(Files.size(segment)).as("nothing was written behind its end").isEqualTo(length);
        assertThat(Files.readString(ChainDirectory.of(log, 1).segment(2))
                        .lines()
                        .skip(1)
                        .findFirst()
                        .orElseThrow())
                .contains("\"event\":\"LOG_LOST\"");
        assertThat(Logs.verify(log).problems())
                .anySatisfy(problem ->
                        assertThat(problem.what()).contains("Records 1 to").contains("are missing here"));
    }

    @Test
    void suspending_and_compromising_are_not_held_up() {
        signer.sign(new byte[1]);
        disk.failures.set(1_000_000);

        KeyMetadata suspended =
                store.changeState(key.id(), KeyState.SUSPENDED, "the disk is full, and the laptop gone");

        assertThat(suspended.state()).isEqualTo(KeyState.SUSPENDED);
        disk.failures.set(0);
        store.close();
        assertThat(records(AuditEvent.KEY_STATE_CHANGED))
                .singleElement()
                .satisfies(record -> assertThat(record.field("to_state")).hasValue("SUSPENDED"));
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void a_log_that_fails_open_lets_signatures_out_and_counts_what_is_missing() {
        store.close();
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .mode(AuditMode.FAIL_OPEN)
                .queue(64, Duration.ofMillis(50))
                .build();
        store = AuditedKeyStore.wrap(KeyStores.open("memory:"), AuditLog.open(log, disk, Logs.SIGNER, options));
        signer = store.signer(
                store.generate(KeyRequest.of(KeySpec.EC_P256, "release")).id());
        disk.failures.set(1_000_000);

        signer.sign(new byte[1]);
        signer.sign(new byte[2]);

        disk.failures.set(0);
        store.close();
        assertThat(records(AuditEvent.RECORDS_MISSING)).isNotEmpty();
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void an_announcement_that_fails_with_its_signature_is_counted_too() {
        store.close();
        open(AuditMode.FAIL_OPEN);
        disk.failures.set(1);

        signer.sign(new byte[1]);

        store.close();
        Map<AuditEvent, Long> counts = Logs.verify(log).counts();
        long missing = records(AuditEvent.RECORDS_MISSING).stream()
                .mapToLong(record -> record.number("count").orElseThrow())
                .sum();
        assertThat(missing).isPositive();
        assertThat(missing
                        + counts.getOrDefault(AuditEvent.KEY_USED, 0L)
                        + counts.getOrDefault(AuditEvent.SIGNATURE_GENERATED, 0L))
                .as("what is on record, and what is said to be missing")
                .isEqualTo(2);
    }

    /** Their numbers are given again: a checkpoint speaks of the others. */
    @Test
    void many_lines_that_were_never_acknowledged_are_no_fault() {
        signer.sign(new byte[1]);
        disk.failures.set(1);
        List<byte[]> messages = Collections.nCopies(100, new byte[2]);
        assertThatThrownBy(() -> signer.signAll(messages)).isInstanceOf(AuditUnavailableException.class);
        store.close();

        AuditReport report = Logs.verify(log, AuditReader.lastCheckpoints(log).get(0));
        assertThat(report.problems()).isEmpty();
        assertThat(report.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("never acknowledged"));
    }

    private Optional<Signature> tryToSign() {
        try {
            return Optional.of(signer.sign(new byte[3]));
        } catch (AuditUnavailableException e) {
            return Optional.empty();
        }
    }

    @Test
    void a_directory_that_is_away_for_a_while_stops_the_log_for_no_longer() throws IOException {
        store.close();
        open(AuditMode.FAIL_CLOSED, Duration.ofSeconds(2));
        signer.sign(new byte[1]);
        Path chains = log.resolve(ChainDirectory.CHAINS);
        Path away = Files.move(chains, log.resolve("away"));
        assertThatThrownBy(() -> signer.sign(new byte[2])).isInstanceOf(AuditUnavailableException.class);

        Files.move(away, chains);

        assertThat(Deadline.in(Duration.ofSeconds(30)).poll(Duration.ofMillis(1), this::tryToSign))
                .isPresent();
        store.close();
        assertThat(records(AuditEvent.LOG_LOST)).hasSize(1);
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void a_checkpoint_that_cannot_be_written_leaves_nothing_of_itself() throws IOException {
        store.close();
        Path checkpoints = ChainDirectory.checkpoints(ChainDirectory.of(log, 1).segment(1));
        long before = Files.size(checkpoints);
        try (AuditLog again = AuditLog.open(log, disk, Logs.SIGNER, Logs.QUIET)) {
            again.append(Logs.record("one more"));
            disk.failures.set(1);
            again.checkpoint();
            assertThat(disk.failures).hasValue(0);
            assertThat(Files.size(checkpoints)).isEqualTo(before);
        }
        assertThat(Files.size(checkpoints)).isGreaterThan(before);
    }

    @Test
    void the_count_of_what_is_missing_is_itself_not_lost_when_writing_it_fails() {
        store.close();
        try (AuditLog again = AuditLog.open(log, disk, Logs.SIGNER, Logs.QUIET)) {
            again.countMissing(5);
            disk.failures.set(1);
            assertThatThrownBy(() -> again.append(Logs.record("fails"))).isInstanceOf(AuditUnavailableException.class);
            again.append(Logs.record("goes through"));
        }

        assertThat(records(AuditEvent.RECORDS_MISSING))
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.field("count")).hasValue("5"));
        assertThat(Logs.verify(log).counts()).containsEntry(AuditEvent.RECORDS_MISSING, 1L);
    }
}
