package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that share a directory, each opening the log again and again: no record is missing, doubled or out of order.
 * {@code -Dchancery.seconds=600} makes it the long form.
 */
class AuditFleetTest {
    private static final int PROCESSES = 4;
    private static final int THREADS = 8;
    private static final int SECONDS = Integer.getInteger("chancery.seconds", 2);

    @TempDir
    private Path temp;

    /** Appends numbered records from many threads, closes and opens the log in between, and prints how many each wrote. */
    static final class Writing {
        public static void main(String[] arguments) throws Exception {
            AuditSigner signer = ChildProcess.auditSigner();
            Path directory = Path.of(arguments[0]);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[2]));
            long[] written = new long[THREADS];
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            while (System.nanoTime() - end < 0) {
                long until = Math.min(end, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(700));
                try (AuditLog log = AuditLog.open(directory, signer, Logs.QUIET)) {
                    List<Future<?>> running = new ArrayList<>();
                    for (int i = 0; i < THREADS; i++) {
                        int thread = i;
                        running.add(threads.submit(() -> {
                            while (System.nanoTime() - until < 0) {
                                log.append(Logs.record(arguments[1] + "-" + thread + "-" + written[thread]));
                                written[thread]++;
                            }
                        }));
                    }
                    for (Future<?> one : running) {
                        one.get();
                    }
                }
            }
            threads.shutdown();
            for (int i = 0; i < THREADS; i++) {
                System.out.println(arguments[1] + "-" + i + " " + written[i]);
            }
        }
    }

    @Test
    void no_record_is_missing_doubled_or_out_of_order() throws Exception {
        Path log = temp.resolve("log");
        List<Process> fleet = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            fleet.add(ChildProcess.start(Writing.class, log.toString(), "p" + i, String.valueOf(SECONDS)));
        }
        Map<String, Long> written = new HashMap<>();
        for (Process process : fleet) {
            written.putAll(counts(process));
        }

        assertThat(written).hasSize(PROCESSES * THREADS).doesNotContainValue(0L);
        assertThat(found(log)).isEqualTo(written);
        AuditReport report = AuditVerifier.verify(log, Optional.of(ChildProcess.SIGNER.verificationKey()), List.of());
        assertThat(report.problems()).isEmpty();
        assertThat(report.chains()).hasSizeBetween(1, PROCESSES);
        System.out.println(written.values().stream().mapToLong(Long::longValue).sum() + " records in "
                + report.chains().size() + " chains, " + report.counts());
    }

    private static Map<String, Long> counts(Process process) throws IOException, InterruptedException {
        Map<String, Long> counts = new HashMap<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.US_ASCII)) {
            output.lines().map(line -> line.split(" ")).forEach(line -> counts.put(line[0], Long.valueOf(line[1])));
        }
        assertThat(process.waitFor()).isZero();
        return counts;
    }

    /** How many records of each thread the log has; they must be numbered from 0 on, ascending in each chain. */
    private static Map<String, Long> found(Path log) {
        Map<String, Long> counts = new HashMap<>();
        Map<String, Long> highest = new HashMap<>();
        Map<String, Long> last = new HashMap<>();
        try (var records = AuditReader.read(log)) {
            records.filter(stored -> stored.record().event() == AuditEvent.KEY_USED)
                    .forEach(stored -> {
                        String text = stored.record().field("op_id").orElseThrow();
                        String thread = text.substring(0, text.lastIndexOf('-'));
                        long number = Long.parseLong(text.substring(text.lastIndexOf('-') + 1));
                        Long before = last.put(stored.chain() + " " + thread, number);
                        assertThat(number).as(text).isGreaterThan(before == null ? -1 : before);
                        highest.merge(thread, number, Math::max);
                        counts.merge(thread, 1L, Long::sum);
                    });
        }
        counts.forEach((thread, count) -> assertThat(count).isEqualTo(highest.get(thread) + 1));
        return counts;
    }
}
