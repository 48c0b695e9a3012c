package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.writing.DiskThread;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.testkit.store.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chain has one writer, which notices before it acknowledges anything that it is no longer the one; and no disk holds it up for ever. */
@Timeout(60)
class OneWriterTest {
    @TempDir
    private Path temp;

    private final HookedDisk disk = new HookedDisk();
    private final List<String> acknowledged = new ArrayList<>();

    private void append(AuditLog log, String text) {
        try {
            log.append(Logs.record(text));
            acknowledged.add(text);
        } catch (AuditUnavailableException withheld) {
            assertThat(withheld).hasMessageContaining("lock was re");
        }
    }

    private Path lock() {
        return temp.resolve("chains/1/lock");
    }

    // --- finding 2: a removed lock let a second writer in

    @ParameterizedTest
    @EnumSource
    void a_lock_that_is_removed_hides_no_record_of_either_writer(HookedDisk.Moment moment) throws IOException {
        List<AuditLog> others = new ArrayList<>();
        try (AuditLog log = AuditLog.open(temp, disk, Logs.SIGNER, Logs.QUIET)) {
            append(log, "first");
            disk.at(moment, () -> {
                Files.delete(lock());
                // As another process would find it, which knows nothing of this one.
                System.clearProperty(
                        "dev.chancery.audit.held:" + lock().getParent().toRealPath());
                others.add(Logs.open(temp));
                append(others.get(0), "other");
            });
            append(log, "meanwhile");
            append(log, "later");
            append(others.get(0), "other later");
            append(log, "at last");
        }
        others.get(0).close();

        assertThat(Logs.texts(temp)).containsAll(acknowledged);
        assertThat(acknowledged).contains("first", "other", "other later", "at last");
        assertThat(Logs.verifySealed(temp).problems()).isEmpty();
        assertThat(Logs.verify(temp).problems()).isEmpty();
    }

    // --- finding 3: a directory that was replaced by an older copy, its time restored

    @Test
    void an_older_copy_in_the_place_of_a_directory_that_is_written_to_is_noticed_at_once() throws IOException {
        Path chain = ChainDirectory.of(temp, 1).path();
        Path copy = Files.createDirectory(temp.resolve("copy"));
        try (AuditLog log = Logs.open(temp)) {
            log.append(Logs.record("in the copy"));
            FileTime before = Files.getLastModifiedTime(chain);
            copyFiles(chain, copy);
            log.append(Logs.record("lost"));
            copyFiles(copy, chain);
            Files.setLastModifiedTime(chain, before);

            assertThatThrownBy(() -> log.append(Logs.record("withheld")))
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageContaining("was replaced");
            log.append(Logs.record("after"));
        }

        assertThat(Logs.texts(temp)).containsExactly("in the copy", "after");
        assertThat(Logs.verify(temp).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("Records 3 to 3 are missing here"));
    }

    /** As rsync does: each file that differs is replaced, the lock is not. */
    private static void copyFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(one -> !one.endsWith("lock")).toList()) {
                Path part = Files.copy(file, to.resolve("part"));
                Files.move(part, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    // --- finding 6: a log that was being written to did not verify

    @Test
    void a_log_that_is_written_to_verifies_all_the_while_and_over_midnight() throws Exception {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-25T23:59:59Z"));
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .clock(clock)
                .segmentBytes(4 << 10)
                .checkpoints(5, Duration.ofHours(1))
                .queue(1_024, Duration.ofSeconds(30))
                .build();
        AtomicBoolean enough = new AtomicBoolean();
        try (AuditLog log = AuditLog.open(temp, Logs.SIGNER, options)) {
            Thread writer = new Thread(() -> {
                for (int i = 0; !enough.get(); i++) {
                    LockSupport.parkNanos(2_000_000); // the log would grow faster than it can be read
                    log.append(Logs.record("record-" + i));
                    clock.advance(i % 10 == 0 ? Duration.ofDays(1) : Duration.ofSeconds(1));
                }
            });
            writer.start();
            try {
                for (int time = 0;
                        time < 6 || ChainDirectory.of(temp, 1).segments().size() < 5;
                        time++) {
                    assertThat(Logs.verify(temp).problems()).isEmpty();
                    assertThat(Logs.verifySealed(temp).problems()).isEmpty();
                }
            } finally {
                enough.set(true);
                writer.join();
            }
        }
        assertThat(ChainDirectory.of(temp, 1).segments()).hasSizeGreaterThan(3);
    }

    // --- finding 7: what hangs with the disk

    @Test
    void a_pipe_in_the_place_of_the_lock_is_not_waited_for() throws Exception {
        Files.createDirectories(lock().getParent());
        assertThat(new ProcessBuilder("mkfifo", lock().toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> Logs.open(temp))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("lock is no file");
    }

    @Test
    void a_disk_that_hangs_holds_no_close_up() throws IOException {
        CountDownLatch hanging = new CountDownLatch(1);
        AuditOptions options =
                AuditOptions.builder().quiet().queue(10, Duration.ofMillis(100)).build();
        AuditLog log = AuditLog.open(temp, disk, Logs.SIGNER, options);
        disk.at(HookedDisk.Moment.BEFORE_WRITE, () -> awaitUninterruptibly(hanging));
        log.writeLater(List.of(Logs.record("hangs")));

        log.close(); // returns

        hanging.countDown();
        assertThat(read(AuditEvent.SEGMENT_OPENED)).isPositive();
    }

    @Test
    void a_disk_that_hangs_holds_no_opening_up() throws IOException {
        CountDownLatch hanging = new CountDownLatch(1);
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .openingPatience(Duration.ofMillis(50))
                .build();
        disk.at(HookedDisk.Moment.BEFORE_WRITE, () -> awaitUninterruptibly(hanging));

        assertThatThrownBy(() -> AuditLog.open(temp, disk, Logs.SIGNER, options))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("could not be opened within 50 ms");
        assertThatThrownBy(() -> DiskThread.call(
                        () -> {
                            awaitUninterruptibly(hanging);
                            return temp;
                        },
                        Duration.ofMillis(50)))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("could not be read within 50 ms");

        hanging.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private long read(AuditEvent event) {
        try (var records = AuditReader.read(temp)) {
            return records.filter(stored -> stored.record().event() == event).count();
        }
    }

    // --- finding 11: errors of the JVM, checkpoints while writing fails, the last of a disk

    @Test
    void an_error_of_the_jvm_withholds_and_nothing_has_to_be_restarted() {
        try (AuditLog log = AuditLog.open(temp, disk, Logs.SIGNER, Logs.QUIET)) {
            log.append(Logs.record("before"));
            disk.at(HookedDisk.Moment.BEFORE_WRITE, () -> {
                throw new OutOfMemoryError("a test's");
            });
            assertThatThrownBy(() -> log.append(Logs.record("during")))
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageContaining("a test's");
            log.append(Logs.record("after"));
        }

        assertThat(Logs.texts(temp)).containsExactly("before", "after");
        assertThat(Logs.verifySealed(temp).problems()).isEmpty();
    }

    @Test
    void a_checkpoint_that_is_asked_for_while_writing_fails_says_so() throws IOException {
        AuditOptions options =
                AuditOptions.builder().quiet().queue(10, Duration.ofMillis(300)).build();
        try (AuditLog log = AuditLog.open(temp, Logs.SIGNER, options)) {
            log.append(Logs.record("before"));
            Path chains = temp.resolve("chains");
            Path away = Files.move(chains, temp.resolve("away"));
            assertThatThrownBy(() -> log.append(Logs.record("during"))).isInstanceOf(AuditUnavailableException.class);

            assertThatThrownBy(log::checkpoint)
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageContaining("No checkpoint of the audit log could be made");

            Files.move(away, chains);
        }
    }

    @Test
    void the_last_of_a_disk_is_not_taken_ahead() throws IOException {
        LogFiles full = new FullDisk();
        try (AuditLog log = AuditLog.open(temp, full, Logs.SIGNER, Logs.QUIET)) {
            for (int i = 0; i < 20; i++) {
                log.append(Logs.record("record-" + i));
            }
            assertThat(Files.readString(ChainDirectory.of(temp, 1).segment(1))).doesNotContain("\0");
        }
        assertThat(Logs.texts(temp)).hasSize(20);
    }

    /** Has room, and not plenty. */
    private static final class FullDisk implements LogFiles {
        @Override
        public LogFile create(Path file) throws IOException {
            return DISK.create(file);
        }

        @Override
        public LogFile open(Path file) throws IOException {
            return DISK.open(file);
        }

        @Override
        public void makeDirectories(Path directory) throws IOException {
            DISK.makeDirectories(directory);
        }

        @Override
        public void seal(Path file) throws IOException {
            DISK.seal(file);
        }

        @Override
        public long usableSpace(Path directory) {
            return 2 << 20;
        }
    }

    // --- finding 13: a torn line in a segment that may not be written

    @Test
    void a_torn_line_in_a_segment_that_may_not_be_written_ends_no_log() throws IOException {
        try (AuditLog log = Logs.open(temp)) {
            log.append(Logs.record("before"));
        }
        Path segment = ChainDirectory.of(temp, 1).segment(1);
        Files.writeString(segment, "{\"seq\":3,\"pre", StandardOpenOption.APPEND);
        Files.setPosixFilePermissions(segment, PosixFilePermissions.fromString("r--------"));

        try (AuditLog log = Logs.open(temp)) {
            log.append(Logs.record("after"));
        }

        assertThat(Logs.texts(temp)).containsExactly("before", "after");
        assertThat(Logs.verifySealed(temp).problems()).isEmpty();
    }
}
