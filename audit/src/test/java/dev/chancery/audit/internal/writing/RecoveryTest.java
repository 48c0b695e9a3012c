package dev.chancery.audit.internal.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.Logs;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.error.AuditUnavailableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opening a log makes of what a crash has left. */
class RecoveryTest {
    @TempDir
    private Path log;

    private Path segment;

    @BeforeEach
    void writeThreeRecords() {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("one"));
            open.append(Logs.record("two"));
            open.append(Logs.record("three"));
        }
        segment = ChainDirectory.of(log, 1).segment(1);
    }

    private void reopen() {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("after"));
        }
    }

    private void append(String text) throws IOException {
        Files.write(segment, text.getBytes(StandardCharsets.ISO_8859_1), StandardOpenOption.APPEND);
    }

    @Test
    void half_a_line_is_cut_off_and_kept_and_the_log_says_so() throws IOException {
        append("{\"seq\":5,\"prev\":\"half a li");

        reopen();

        AuditReport report = Logs.verify(log);
        assertThat(report.problems()).isEmpty();
        assertThat(report.counts()).containsEntry(AuditEvent.LOG_REPAIRED, 1L);
        assertThat(Logs.texts(log)).containsExactly("one", "two", "three", "after");
        assertThat(Files.readString(log.resolve("chains/1/000001.jsonl.torn-1")))
                .endsWith("half a li");
    }

    @Test
    void before_it_is_opened_the_half_line_is_reported_and_no_fault() throws IOException {
        append("{\"seq\":5,\"prev\":\"half a li");

        AuditReport report = Logs.verify(log);

        assertThat(report.problems()).isEmpty();
        assertThat(report.notices()).singleElement().satisfies(notice -> {
            assertThat(notice.file()).isEqualTo(segment);
            assertThat(notice.line()).isEqualTo(5);
        });
    }

    @Test
    void what_was_cut_off_must_stay_what_it_was() throws IOException {
        append("half a line");
        reopen();
        Files.writeString(log.resolve("chains/1/000001.jsonl.torn-1"), "something else");

        assertThat(Logs.verify(log).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("not what was cut off"));
    }

    /** A changed line before the last checkpoint is not noticed: nothing before it was read. */
    @Test
    void opening_reads_on_from_the_last_checkpoint() throws IOException {
        reopen();
        Files.writeString(segment, Files.readString(segment).replace("\"op_id\":\"one\"", "\"op_id\":\"ONE\""));

        reopen();

        assertThat(ChainDirectory.of(log, 2).path()).doesNotExist();
        assertThat(Logs.verify(log).problems()).as("the verifier's to find").isNotEmpty();
        Files.delete(ChainDirectory.of(log, 1).edge());
        reopen();
        assertThat(ChainDirectory.of(log, 2).path()).exists();
    }

    @Test
    void room_that_was_allocated_and_not_used_is_no_damage() throws IOException {
        append("\0".repeat(10_000));

        assertThat(Logs.verify(log).problems()).isEmpty();
        reopen();

        AuditReport report = Logs.verify(log);
        assertThat(report.problems()).isEmpty();
        assertThat(report.notices()).isEmpty();
        assertThat(report.counts()).doesNotContainKey(AuditEvent.LOG_REPAIRED);
        assertThat(Logs.texts(log)).containsExactly("one", "two", "three", "after");
    }

    @Test
    void a_log_that_misses_a_line_below_a_checkpoint_is_not_continued() throws IOException {
        byte[] content = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(content, content.length - 20));

        reopen();

        assertLeftAlone("a checkpoint says that line 4 was there");
        assertThat(Files.readAllBytes(segment)).hasSize(content.length - 20);
    }

    @Test
    void a_log_whose_line_below_a_checkpoint_was_changed_is_not_continued() throws IOException {
        String content = Files.readString(segment);
        Files.writeString(segment, content.replace("\"op_id\":\"three\"", "\"op_id\":\"THREE\""));

        reopen();

        assertLeftAlone("a checkpoint says that line 4 was there");
    }

    /** Another chain goes on, with the loss on record once; the damage stays to be found. */
    private void assertLeftAlone(String reason) throws IOException {
        Path other = ChainDirectory.of(log, 2).segment(1);
        assertThat(Files.readAllLines(other).get(1))
                .contains("\"event\":\"LOG_LOST\"")
                .contains(reason)
                .contains("chancery audit verify");
        assertThat(Logs.texts(log)).endsWith("after");
        reopen();
        assertThat(Files.readString(other)).containsOnlyOnce("\"event\":\"LOG_LOST\"");
        assertThat(Logs.verify(log).problems()).isNotEmpty();
    }

    @Test
    void a_log_whose_segment_is_gone_and_whose_checkpoints_are_there_is_not_continued() throws IOException {
        Files.delete(segment);

        assertThat(Logs.verify(log).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("there were 4"));
        reopen();
        assertLeftAlone("a checkpoint says that there were 4 lines");
        assertThat(segment).doesNotExist();
    }

    @Test
    void a_segment_that_was_never_begun_is_put_aside() throws IOException {
        Files.writeString(segment.resolveSibling("000002.jsonl"), "{\"seq\":5");

        reopen();

        assertThat(Logs.verify(log).problems()).isEmpty();
        assertThat(ChainDirectory.of(log, 1).segments()).containsExactly(segment);
        assertThat(Logs.texts(log)).containsExactly("one", "two", "three", "after");
    }

    @Test
    void a_first_segment_that_was_never_begun_is_begun_again() throws IOException {
        Path fresh = log.resolve("fresh");
        Files.createDirectories(fresh.resolve("chains/1"));
        Files.writeString(fresh.resolve("chains/1/000001.jsonl"), "{\"se");

        try (AuditLog open = Logs.open(fresh)) {
            open.append(Logs.record("one"));
        }

        assertThat(Logs.verify(fresh).problems()).isEmpty();
        assertThat(Logs.texts(fresh)).containsExactly("one");
    }

    @Test
    void half_a_checkpoint_is_cut_off_and_kept() throws IOException {
        Path checkpoints = ChainDirectory.checkpoints(segment);
        Files.writeString(checkpoints, "chancery/audit/half", StandardOpenOption.APPEND);
        assertThat(Logs.verify(log).problems()).isEmpty();
        assertThat(Logs.verify(log).notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("half a checkpoint"));

        reopen();

        AuditReport report = Logs.verify(log);
        assertThat(report.problems()).isEmpty();
        assertThat(report.counts()).containsEntry(AuditEvent.LOG_REPAIRED, 1L);
        List<Checkpoint> made = CheckpointFile.read(checkpoints).checkpoints();
        assertThat(made).extracting(Checkpoint::size).containsExactly(4L, 6L);
        assertThat(log.resolve("chains/1/000001.checkpoints.torn-1")).hasContent("chancery/audit/half");
    }

    /** Opening reads the last checkpoint; damage below it is the verifier's to find. */
    @Test
    void a_damaged_checkpoint_before_the_last_is_found_whoever_opens_the_log() throws IOException {
        reopen();
        Path checkpoints = ChainDirectory.checkpoints(segment);
        byte[] damaged = Files.readAllBytes(checkpoints);
        damaged[0] ^= 1;
        Files.write(checkpoints, damaged);

        reopen();

        assertThat(Logs.verify(log).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).isEqualTo(checkpoints));
    }

    @Test
    void more_than_a_crash_leaves_behind_the_last_record_is_told_of_and_left_alone() throws IOException {
        long size = (1L << 30) + (1L << 20); // of which the disk has four bytes
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(size - 4);
            file.write(new byte[] {'t', 'a', 'i', 'l'});
        }

        assertThat(Logs.verify(log).notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("bytes from here on are no whole record"));
        assertThatThrownBy(() -> Logs.open(log))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("more than a crash can have left there");
        assertThat(segment).hasSize(size);
    }
}
