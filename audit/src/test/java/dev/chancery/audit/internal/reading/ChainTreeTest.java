package dev.chancery.audit.internal.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditRetention;
import dev.chancery.audit.Logs;
import dev.chancery.audit.Rfc6962;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.IntegrityException;
import dev.chancery.testkit.store.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proofs from the files of nodes are those that RFC 6962 defines over the lines. */
class ChainTreeTest {
    private static final int SIZE = 66;

    @TempDir
    private Path log;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final AuditOptions options = AuditOptions.builder()
            .quiet()
            .clock(clock)
            .checkpoints(7, Duration.ofHours(1))
            .build();
    private final List<byte[]> lines = new ArrayList<>();

    /** Over five days and as many segments, in three lives of a writer. */
    @BeforeEach
    void write() throws IOException {
        for (int life = 0; life < 3; life++) {
            try (AuditLog open = AuditLog.open(log, Logs.SIGNER, options)) {
                for (int i = 0; i < 20; i++) {
                    open.append(AuditRecord.builder(clock.instant(), AuditEvent.KEY_USED)
                            .number("n", i)
                            .build());
                    clock.advance(Duration.ofHours(2));
                }
            }
        }
        for (Path segment : ChainDirectory.of(log, 1).segments()) {
            for (String line : Files.readAllLines(segment)) {
                lines.add((line + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertThat(lines).hasSizeGreaterThanOrEqualTo(SIZE);
        assertThat(ChainDirectory.of(log, 1).segments()).hasSizeGreaterThan(4);
    }

    private void assertRight(ChainTree tree, int from) throws IOException {
        for (int size : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, SIZE}) {
            if (size > from) {
                List<byte[]> first = lines.subList(0, size);
                assertThat(tree.root(size)).isEqualTo(Rfc6962.root(first));
                for (int index = from; index < size; index++) {
                    assertThat(tree.inclusion(index, size))
                            .as("%s in %s", index, size)
                            .usingElementComparator(Arrays::compare)
                            .containsExactlyElementsOf(Rfc6962.path(index, first));
                }
                for (int before = Math.max(1, from); before <= size; before++) {
                    assertThat(tree.consistency(before, size))
                            .as("%s to %s", before, size)
                            .usingElementComparator(Arrays::compare)
                            .containsExactlyElementsOf(Rfc6962.proof(before, first));
                }
            }
        }
    }

    @Test
    void every_proof_is_the_one_of_the_rfc() throws IOException {
        assertRight(new ChainTree(ChainDirectory.of(log, 1)), 0);
    }

    @Test
    void what_is_left_after_a_removal_can_be_proven() throws IOException {
        assertThat(AuditRetention.remove(log, Instant.parse("2026-11-22T00:00:00Z"), Logs.SIGNER, options))
                .hasSize(2);
        ChainTree tree = new ChainTree(ChainDirectory.of(log, 1));
        int from = (int) tree.segmentOf(SIZE).number();
        for (Path segment : ChainDirectory.of(log, 1).segments()) {
            from = Math.min(
                    from, (int) SegmentStart.of(segment, 1).orElseThrow().number());
        }

        assertRight(tree, from - 1);
        assertThatThrownBy(() -> tree.segmentOf(1)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void the_files_can_be_made_from_the_lines_again() throws IOException {
        List<byte[]> before = new ArrayList<>();
        for (Path segment : ChainDirectory.of(log, 1).segments()) {
            before.add(Files.readAllBytes(ChainDirectory.tree(segment)));
            Files.write(ChainDirectory.tree(segment), new byte[] {1, 2, 3});
        }
        ChainTree tree = new ChainTree(ChainDirectory.of(log, 1));

        tree.rebuild();

        assertRight(tree, 0);
        int i = 0;
        for (Path segment : ChainDirectory.of(log, 1).segments()) {
            assertThat(ChainDirectory.tree(segment)).hasBinaryContent(before.get(i++));
        }
    }
}
