package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.options.AuditSink;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no checkpoint covers can be cut off without a trace, so every chain gets one, whoever wrote it. */
class AuditCheckpointsTest {

    @TempDir
    Path log;

    /** How far the chains with records are covered. */
    private static List<Long> reach(List<Checkpoint> checkpoints) {
        return checkpoints.stream()
                .filter(checkpoint -> checkpoint.origin().slot() > 0)
                .map(Checkpoint::size)
                .toList();
    }

    /** What a process leaves that was killed: records and no checkpoint. */
    private void forgetCheckpoints(int chain) throws IOException {
        Files.delete(log.resolve("chains/" + chain + "/000001.checkpoints"));
    }

    private void writeTwoChains() {
        try (AuditLog first = Logs.open(log);
                AuditLog second = Logs.open(log)) {
            first.append(Logs.record("one"));
            second.append(Logs.record("two"));
            second.append(Logs.record("three"));
        }
    }

    @Test
    void chains_that_killed_processes_left_are_covered_to_their_ends() throws IOException {
        writeTwoChains();
        forgetCheckpoints(1);
        forgetCheckpoints(2);
        assertThat(reach(AuditReader.lastCheckpoints(log))).isEmpty();

        List<Checkpoint> made = AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET);

        assertThat(reach(made)).containsExactly(2L, 3L);
        assertThat(made).allMatch(checkpoint -> checkpoint.isSignedBy(Logs.SIGNER.verificationKey()));
        AuditReport report = Logs.verify(log, made.toArray(Checkpoint[]::new));
        assertThat(report.problems()).isEmpty();
        assertThat(report.chains()).hasSize(3).allMatch(AuditReport.ChainReport::isEndProven);
    }

    @Test
    void what_is_covered_already_is_not_stated_again() {
        writeTwoChains();
        List<Checkpoint> before = AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET);

        assertThat(AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET)).isEqualTo(before);
        assertThat(AuditReader.lastCheckpoints(log)).isEqualTo(before);
    }

    @Test
    void a_chain_that_is_being_written_to_is_left_to_its_writer() throws IOException {
        writeTwoChains();
        forgetCheckpoints(2);
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("four"));

            assertThat(reach(AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET)))
                    .containsExactly(2L, 3L);
            assertThat(log.resolve("chains/3")).doesNotExist();
        }
        assertThat(reach(AuditReader.lastCheckpoints(log))).containsExactly(3L, 3L);
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void whoever_opens_a_log_again_covers_what_a_killed_process_left() throws IOException {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("one"));
        }
        forgetCheckpoints(1);
        Logs.open(log).close();

        assertThat(reach(AuditReader.lastCheckpoints(log))).containsExactly(2L);
    }

    @Test
    void anchors_have_been_given_what_is_new_when_the_caller_is_answered() throws IOException {
        writeTwoChains();
        forgetCheckpoints(2);
        List<Checkpoint> anchored = new CopyOnWriteArrayList<>();
        AnchorSink slow = checkpoint -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            anchored.add(checkpoint);
        };
        AuditOptions options = AuditOptions.builder().quiet().anchor(slow).build();

        AuditCheckpoints.make(log, Logs.SIGNER, options);

        assertThat(reach(anchored)).containsExactly(3L);
    }

    @Test
    void sinks_that_an_open_log_may_have_are_not_closed() {
        writeTwoChains();
        AtomicBoolean closed = new AtomicBoolean();
        AuditSink sink = new AuditSink() {
            @Override
            public void accept(AuditRecord record) {}

            @Override
            public void close() {
                closed.set(true);
            }
        };

        AuditCheckpoints.make(
                log, Logs.SIGNER, AuditOptions.builder().quiet().sink(sink).build());

        assertThat(closed).isFalse();
    }

    @Test
    void a_chain_that_lost_records_gets_no_checkpoint() throws IOException {
        writeTwoChains();
        Path segment = log.resolve("chains/2/000001.jsonl");
        Files.write(segment, Files.readAllLines(segment).subList(0, 2));

        assertThatThrownBy(() -> AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("chains/2");
    }

    @Test
    void a_directory_without_a_log_stays_empty() {
        assertThatThrownBy(() -> AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no audit log");
        assertThat(log).isEmptyDirectory();
    }
}
