package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.testkit.store.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a log keeps, and in which files. */
class AuditLogTest {
    @TempDir
    private Path directory;

    @Test
    void what_was_appended_is_there_and_verifies() {
        try (AuditLog log = Logs.open(directory)) {
            log.append(Logs.record("one"));
            log.append(Logs.record("two"));
        }

        assertThat(Logs.texts(directory)).containsExactly("one", "two");
        AuditReport report = Logs.verify(directory);
        assertThat(report.problems()).isEmpty();
        assertThat(report.notices()).isEmpty();
        assertThat(report.records()).isEqualTo(4); // one of them is the log's birth
        assertThat(Logs.chains(report)).singleElement().satisfies(chain -> {
            assertThat(chain.records()).isEqualTo(3);
            assertThat(chain.checkpoint()).isEqualTo(3);
            assertThat(chain.isEndProven()).isFalse();
        });
    }

    @Test
    void a_record_is_there_before_the_call_returns() throws IOException {
        try (AuditLog log = Logs.open(directory)) {
            log.append(Logs.record("one"));

            assertThat(Files.readString(segment(1, 1))).contains("\"op_id\":\"one\"");
        }
    }

    @Test
    void writers_that_come_one_after_the_other_make_one_chain() {
        for (int i = 0; i < 20; i++) {
            try (AuditLog log = Logs.open(directory)) {
                log.append(Logs.record("command-" + i));
            }
        }

        assertThat(Logs.texts(directory)).hasSize(20);
        assertThat(Logs.verify(directory).problems()).isEmpty();
        assertThat(Logs.chains(Logs.verify(directory)))
                .singleElement()
                .satisfies(chain -> assertThat(chain.records()).isEqualTo(21));
    }

    @Test
    void writers_at_the_same_time_have_a_chain_each() {
        try (AuditLog one = Logs.open(directory);
                AuditLog two = Logs.open(directory)) {
            one.append(Logs.record("one"));
            two.append(Logs.record("two"));
        }
        try (AuditLog again = Logs.open(directory)) {
            again.append(Logs.record("three"));
        }

        assertThat(Logs.texts(directory)).containsExactly("one", "two", "three");
        assertThat(Logs.verify(directory).problems()).isEmpty();
        assertThat(Logs.verify(directory).chains())
                .extracting(AuditReport.ChainReport::number)
                .containsExactly(0, 1, 2);
    }

    /** A server may load this twice; closing the file of a lock drops it, whoever took it in this process. */
    @Test
    void a_chain_that_another_class_loader_holds_is_not_touched() throws IOException {
        Logs.open(directory).close();
        Path chain = ChainDirectory.of(directory, 1).path();
        String held = "dev.chancery.audit.held:" + chain.toRealPath();
        assertThat(System.getProperty(held)).isNull();
        System.setProperty(held, "");
        try (AuditLog log = Logs.open(directory)) {
            log.append(Logs.record("one"));
            assertThat(ChainDirectory.of(directory, 2).segments()).hasSize(1);
        } finally {
            System.clearProperty(held);
        }
        try (AuditLog log = Logs.open(directory)) {
            assertThat(System.getProperty(held)).isNotNull();
        }
        assertThat(System.getProperty(held)).isNull();
    }

    @Test
    void many_threads_lose_nothing_and_nothing_twice() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<?>> done = new ArrayList<>();
        try (AuditLog log = Logs.open(directory)) {
            for (int i = 0; i < 16; i++) {
                int thread = i;
                done.add(threads.submit(() -> {
                    for (int n = 0; n < 100; n++) {
                        log.append(Logs.record(thread + "-" + n));
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
        threads.shutdown();

        assertThat(Logs.texts(directory)).hasSize(1_600).doesNotHaveDuplicates();
        assertThat(Logs.verify(directory).problems()).isEmpty();
    }

    /** Tells no time while somebody holds the gate. */
    private static final class GatedClock extends Clock {
        private final Semaphore gate = new Semaphore(1);

        @Override
        public Instant instant() {
            gate.acquireUninterruptibly();
            gate.release();
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    @Timeout(60)
    void more_records_than_one_write_takes_do_not_wait_until_another_comes() {
        GatedClock clock = new GatedClock();
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .queue(8_000, Duration.ofSeconds(30))
                .checkpoints(1_000_000, Duration.ofHours(1))
                .clock(clock)
                .build();
        try (AuditLog log = AuditLog.open(directory, Logs.SIGNER, options)) {
            clock.gate.acquireUninterruptibly(); // the writer asks for the day, and waits
            for (int i = 0; i < 5_000; i++) {
                log.writeLater(List.of(Logs.record("record-" + i)));
            }
            clock.gate.release();

            while (Logs.texts(directory).size() < 5_000) {
                Thread.onSpinWait();
            }
        }
        assertThat(Logs.verify(directory).problems()).isEmpty();
    }

    @Test
    void a_segment_that_is_full_is_sealed_and_the_next_one_names_it() throws IOException {
        AuditOptions small =
                AuditOptions.builder().quiet().segmentBytes(4 << 10).build();
        try (AuditLog log = AuditLog.open(directory, Logs.SIGNER, small)) {
            for (int i = 0; i < 60; i++) {
                log.append(Logs.record("record-" + i));
            }
        }

        List<Path> segments = ChainDirectory.of(directory, 1).segments();
        assertThat(segments).hasSizeGreaterThan(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segments.get(0))))
                .isEqualTo("r--------");
        assertThat(Files.size(segments.get(0))).isLessThan(5 << 10);
        assertThat(Files.readString(segments.get(1)).lines().findFirst().orElseThrow())
                .contains("\"event\":\"SEGMENT_OPENED\"")
                .contains("\"previous_bytes\":" + Files.size(segments.get(0)));
        assertThat(Files.readString(segments.get(0))).contains("\"event\":\"SEGMENT_CLOSED\"");
        assertThat(Logs.verify(directory).problems()).isEmpty();
        assertThat(Logs.texts(directory)).hasSize(60);
    }

    @Test
    void a_new_day_begins_a_new_segment() throws IOException {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-25T23:59:59Z"));
        AuditOptions options = AuditOptions.builder().quiet().clock(clock).build();
        try (AuditLog log = AuditLog.open(directory, Logs.SIGNER, options)) {
            log.append(Logs.record("evening"));
            clock.advance(Duration.ofSeconds(2));
            log.append(Logs.record("morning"));
        }

        assertThat(ChainDirectory.of(directory, 1).segments()).hasSize(2);
        assertThat(Logs.verify(directory).problems()).isEmpty();
    }

    @Test
    void files_are_their_owners_alone() throws IOException {
        try (AuditLog log = Logs.open(directory.resolve("log"))) {
            log.append(Logs.record("one"));
        }

        Path log = directory.resolve("log");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rwx------");
        Path segment = ChainDirectory.of(log, 1).segment(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segment)))
                .isEqualTo("rw-------");
    }

    @Test
    void checkpoints_are_made_after_so_many_records_and_handed_to_the_anchors() {
        List<Checkpoint> anchored = new CopyOnWriteArrayList<>();
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .checkpoints(10, Duration.ofHours(1))
                .anchor(anchored::add)
                .build();
        try (AuditLog log = AuditLog.open(directory, Logs.SIGNER, options)) {
            for (int i = 0; i < 10; i++) {
                log.append(Logs.record("record-" + i));
            }
            log.checkpoint();
            log.append(Logs.record("last"));
        }

        assertThat(anchored).hasSizeGreaterThanOrEqualTo(2);
        Checkpoint last = anchored.get(anchored.size() - 1);
        assertThat(last.size()).isEqualTo(12);
        assertThat(last.isSignedBy(Logs.SIGNER.verificationKey())).isTrue();
        AuditReport report = Logs.verify(directory, last);
        assertThat(report.problems()).isEmpty();
        assertThat(Logs.chains(report).get(0).isEndProven()).isTrue();
    }

    @Test
    void a_closed_log_takes_nothing() {
        AuditLog log = Logs.open(directory);
        log.close();
        log.close();

        assertThatThrownBy(() -> log.append(Logs.record("late")))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void an_interrupted_caller_has_its_record_and_keeps_its_flag() {
        try (AuditLog log = Logs.open(directory)) {
            Thread.currentThread().interrupt();
            log.append(Logs.record("interrupted"));

            assertThat(Thread.interrupted()).isTrue();
            log.append(Logs.record("after"));
        }
        assertThat(Logs.texts(directory)).containsExactly("interrupted", "after");
    }

    @Test
    void a_sink_that_fails_or_hangs_holds_nobody_up() {
        List<AuditRecord> told = new CopyOnWriteArrayList<>();
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .sink(record -> {
                    throw new IllegalStateException("this sink is broken");
                })
                .sink(told::add)
                .build();
        try (AuditLog log = AuditLog.open(directory, Logs.SIGNER, options)) {
            log.append(Logs.record("one"));
            log.append(Logs.record("two"));
        }

        assertThat(told)
                .extracting(record -> record.field("op_id").orElseThrow())
                .containsExactly("one", "two");
        assertThat(Logs.texts(directory)).containsExactly("one", "two");
    }

    private Path segment(int chain, int segment) {
        return ChainDirectory.of(directory, chain).segment(segment);
    }
}
