package dev.chancery.audit.internal.writing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.Logs;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.receipt.Receipts;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.testkit.store.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a log does not grow with it. Counted by the kernel (Linux), for this thread. */
@Tag("one-jdk")
class BytesReadTest {
    private static final int RECORDS = 8_000;

    @TempDir
    private Path log;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private LogContext context;
    private String id;

    /** Something whose reading is counted. */
    private interface Work {
        void run() throws IOException;
    }

    @BeforeEach
    void begin() throws IOException {
        AuditOptions options = AuditOptions.builder().quiet().clock(clock).build();
        context = new LogContext(log, LogFiles.DISK, options, Logs.SIGNER, checkpoint -> {}, record -> {});
        id = OwnChain.idOf(context);
        write(20);
    }

    private void write(int records) throws IOException {
        try (OpenChain open = OpenChain.open(context, id, List.of())) {
            AuditRecord record = AuditRecord.builder(clock.instant(), AuditEvent.KEY_USED)
                    .text("op_id", "x".repeat(500))
                    .build();
            open.chain().append(Collections.nCopies(records, LogLine.body(record)));
            open.chain().checkpoint();
        }
    }

    private void addHeads() throws IOException {
        try (OwnChain own = OwnChain.open(context)) {
            own.addHeads();
        }
    }

    /** Days on which this chain moves a little and another one much. */
    private void pass(int days, int heads) throws IOException {
        for (int day = 0; day < days; day++) {
            clock.advance(Duration.ofDays(1));
            write(20);
            try (OwnChain own = OwnChain.open(context)) {
                own.addHeads();
                own.append(IntStream.range(1, heads).mapToObj(this::head).toList());
            }
        }
    }

    private AuditRecord head(int size) {
        return AuditRecord.builder(clock.instant(), AuditEvent.CHAIN_HEAD)
                .text("origin", "chancery/audit/" + id + "/7/" + "7".repeat(32))
                .number("size", size)
                .text("root", "7".repeat(64))
                .build();
    }

    private static long bytesRead(Work work) throws IOException {
        work.run(); // the first time, classes are read, too
        long before = bytesRead();
        work.run();
        return bytesRead() - before;
    }

    private static long bytesRead() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/io")).stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
                .sum();
    }

    @Test
    void opening_and_heads_read_no_more_of_a_large_log_than_of_a_small_one() throws IOException {
        Work command = () -> {
            assertThat(OwnChain.idOf(context)).isEqualTo(id);
            write(1);
            assertThat(Marks.ofLog(context).all()).isEmpty();
            addHeads();
        };
        pass(3, 300);
        for (int checkpoint = 0; checkpoint < 80; checkpoint++) {
            write(3); // their notes take more than is read of them
        }
        long small = bytesRead(command);

        write(RECORDS);
        pass(20, 500);

        assertThat(bytesRead(command)).isLessThan(small + small / 10);
    }

    @Test
    void a_receipt_reads_little_of_a_large_log() throws IOException {
        write(RECORDS);
        pass(20, 500);
        write(RECORDS);
        addHeads();
        ChainDirectory chain = ChainDirectory.of(log, 1);
        assertThat(Files.size(chain.segment(1))).isGreaterThan(10 << 20);

        for (long sequence : new long[] {10, RECORDS, RECORDS + 230, 2 * RECORDS}) {
            assertThat(bytesRead(() -> Receipts.of(log, Logs.SIGNER.verificationKey(), 1, sequence)))
                    .as("bytes read for record %s", sequence)
                    .isLessThan(1 << 20);
        }
    }
}
