package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.AuditUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever can write to a log's directory can put lines behind the last checkpoint that follow each other as they should and
 * say what they like, and anything in the place of a file. Whoever verifies it is told, and is led nowhere else.
 */
@Timeout(60)
class CraftedLogTest {
    @TempDir
    private Path log;

    private ChainDirectory chain;
    private Path segment;

    @BeforeEach
    void writeOneRecord() {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("one"));
        }
        chain = ChainDirectory.of(log, 1);
        segment = chain.segment(1);
    }

    private Origin origin() {
        return AuditReader.lastCheckpoints(log).get(1).origin();
    }

    private static AuditRecord.Builder crafted(AuditEvent event) {
        return AuditRecord.builder(Instant.EPOCH, event);
    }

    /** Puts a line behind the last, in this segment or in the next. */
    private void put(Path file, AuditRecord record) throws IOException {
        List<String> lines = Files.readAllLines(segment);
        String last = lines.get(lines.size() - 1) + "\n";
        byte[] line = Forger.lineAfter(last.getBytes(StandardCharsets.US_ASCII), record);
        Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../../../secret", "/etc/passwd", "\0", "000001.jsonl", "000001.jsonl.torn-1/../../lock", "?", ""
            })
    void a_repair_names_only_files_that_a_repair_leaves(String file) throws IOException {
        put(segment, crafted(AuditEvent.LOG_REPAIRED).text("file", file).build());

        assertThat(Logs.verify(log).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(segment);
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.what()).contains("names no file");
        });
    }

    @Test
    void what_was_cut_off_is_not_read_through_a_link() throws IOException {
        Path torn = ChainDirectory.tornFile(segment, 1);
        Files.createSymbolicLink(torn, Path.of("/dev/zero"));
        put(
                segment,
                crafted(AuditEvent.LOG_REPAIRED)
                        .text("file", "000001.jsonl.torn-1")
                        .build());

        assertThat(Logs.verify(log).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(torn);
            assertThat(problem.what()).contains("missing");
        });
    }

    @Test
    void a_removal_of_no_number_of_records_removes_none() throws IOException {
        Forger.append(
                ChainDirectory.of(log, 0).segment(1),
                crafted(AuditEvent.SEGMENTS_REMOVED)
                        .text("origin", "any")
                        .text("records", "many")
                        .build());

        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "", "9223372036854775808"})
    void a_segment_that_says_no_length_of_the_one_before_does_not_follow_it(String length) throws IOException {
        Path second = chain.segment(2);
        put(
                second,
                crafted(AuditEvent.SEGMENT_OPENED)
                        .text("log", origin().log())
                        .number("slot", 1)
                        .text("chain", origin().chain())
                        .text("segment", "2")
                        .text("previous_bytes", length)
                        .build());

        assertThat(Logs.verify(log).problems()).first().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(second);
            assertThat(problem.line()).isEqualTo(1);
        });
    }

    /** As the first line of a chain whose first segments were removed. */
    @Test
    void a_first_line_that_follows_no_hash_is_no_record() throws IOException {
        String line = Files.readAllLines(segment).get(0);
        String follows = line.substring(0, line.indexOf(",\"acked\""));
        Files.writeString(
                segment,
                line.replace(
                                follows,
                                "{\"seq\":5,\"prev\":\"" + "no hash, ".repeat(8).substring(0, 64) + '"')
                        + '\n');

        assertThat(Logs.verify(log).problems()).anySatisfy(problem -> {
            assertThat(problem.file()).isEqualTo(segment);
            assertThat(problem.line()).isEqualTo(1);
            assertThat(problem.what()).contains("no record");
        });
    }

    /** The chain's name is part of what the audit key signs. */
    @Test
    void a_chain_with_the_name_of_no_chain_is_not_continued() throws IOException {
        String id = origin().chain();
        String line = Files.readAllLines(segment).get(0);
        Files.writeString(segment, line.replace(id, id + "\\n1000000\\n") + '\n');
        Files.delete(ChainDirectory.checkpoints(segment));

        Logs.open(log).close();

        assertThat(Files.readString(ChainDirectory.of(log, 2).segment(1)))
                .contains("\"event\":\"LOG_LOST\"")
                .contains("does not begin as a segment does");
    }

    @Test
    void a_pipe_in_the_place_of_a_segment_is_not_waited_for_and_the_chain_not_continued_without_it() throws Exception {
        Path pipe = chain.segment(2);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> Logs.verify(log))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("000002.jsonl is no file");
        assertThatThrownBy(() -> Logs.open(log))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("000002.jsonl is no file");
        assertThat(pipe).exists();
    }

    @Test
    void a_device_in_the_place_of_checkpoints_is_not_read() throws IOException {
        Path checkpoints = ChainDirectory.checkpoints(segment);
        Files.delete(checkpoints);
        Files.createSymbolicLink(checkpoints, Path.of("/dev/zero"));

        assertThatThrownBy(() -> Logs.verify(log))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("000001.checkpoints is no file");
    }
}
