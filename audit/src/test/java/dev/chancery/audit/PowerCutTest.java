package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.verification.AuditReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power at any moment: whatever was acknowledged is in the log that is opened afterwards, and that log verifies.
 * {@code -Dchancery.cuts=2000} makes it the long form.
 */
class PowerCutTest {
    private static final int CUTS = Integer.getInteger("chancery.cuts", 60);
    private static final int THREADS = 8;
    private static final int RECORDS = 60;
    private static final AuditOptions OPTIONS = AuditOptions.builder()
            .quiet()
            .segmentBytes(16 << 10)
            .checkpoints(40, Duration.ofHours(1))
            .build();

    @TempDir
    private Path temp;

    @Test
    void whatever_was_acknowledged_is_there_after_the_power_was_cut() throws Exception {
        long seed = Long.getLong("chancery.seed", System.nanoTime());
        Random random = new Random(seed);
        RecordingDisk disk = new RecordingDisk(temp);
        Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
        write(disk, acknowledged);
        assertThat(acknowledged).hasSize(THREADS * RECORDS);

        int repaired = 0;
        // One cut in thirty tears a line, so sixty may well tear none; that repairing was seen is no matter of luck.
        for (int cut = 0; cut < CUTS || (repaired == 0 && cut < 20 * CUTS); cut++) {
            int done = random.nextInt(disk.begun() + 1);
            Path left = temp.resolve("cut-" + cut);
            Files.createDirectory(left);
            disk.rebuild(done, left, random);
            Path log = left.resolve("log");
            linkLocks(log);

            try (AuditLog again = AuditLog.open(log, Logs.SIGNER, OPTIONS)) {
                again.append(Logs.record("after"));
            }

            AuditReport report = Logs.verify(log);
            assertThat(report.problems())
                    .as("cut %s at step %s, seed %s", cut, done, seed)
                    .isEmpty();
            List<String> due = acknowledged.entrySet().stream()
                    .filter(record -> record.getValue() <= done)
                    .map(Map.Entry::getKey)
                    .toList();
            assertThat(Logs.texts(log))
                    .as("cut %s at step %s, seed %s", cut, done, seed)
                    .containsAll(due)
                    .doesNotHaveDuplicates()
                    .endsWith("after");
            repaired += report.counts().containsKey(AuditEvent.LOG_REPAIRED) ? 1 : 0;
        }
        System.out.println(CUTS + " cuts among " + disk.begun() + " steps, " + repaired + " repaired, seed " + seed);
        assertThat(repaired).isPositive();
    }

    /** A power cut leaves the locks, and a segment names the lock that its writer held. */
    private void linkLocks(Path log) throws IOException {
        if (Files.isDirectory(log.resolve(ChainDirectory.CHAINS))) {
            for (ChainDirectory chain : ChainDirectory.all(log)) {
                Path lock = Path.of("chains", Integer.toString(chain.number()), "lock");
                Files.createLink(log.resolve(lock), temp.resolve("log").resolve(lock));
            }
        }
    }

    /** Many threads, over several segments and checkpoints, with an orderly end and a second life. */
    private void write(RecordingDisk disk, Map<String, Integer> acknowledged) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (AuditLog log = AuditLog.open(temp.resolve("log"), disk, Logs.SIGNER, OPTIONS)) {
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                writing.add(threads.submit(() -> {
                    for (int n = 0; n < RECORDS / 2; n++) {
                        append(log, disk, acknowledged, thread + "-" + n);
                    }
                }));
            }
            for (Future<?> one : writing) {
                one.get();
            }
        }
        threads.shutdown();
        try (AuditLog log = AuditLog.open(temp.resolve("log"), disk, Logs.SIGNER, OPTIONS)) {
            for (int n = 0; n < THREADS * RECORDS / 2; n++) {
                append(log, disk, acknowledged, "again-" + n);
            }
        }
    }

    private static void append(AuditLog log, RecordingDisk disk, Map<String, Integer> acknowledged, String text) {
        log.append(Logs.record(text));
        acknowledged.put(text, disk.begun());
    }
}
