package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import java.io.BufferedReader;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that share a directory, each opening the log again and again: no record is missing, doubled or out of order.
 * {@code -Dchancery.rounds=1000} makes it the long form.
 */
class AuditFleetTest {
    private static final int PROCESSES = 4;
    private static final int THREADS = 8;
    private static final int ROUNDS = Integer.getInteger("chancery.rounds", 4);

    /** What each thread writes between an opening of the log and the next. */
    private static final int SHARE = 60;

    @TempDir
    private Path temp;

    /** When the others are there too, appends numbered records from many threads, round after round, each in a log opened anew. */
    static final class Writing {
        public static void main(String[] arguments) throws Exception {
            AuditSigner signer = ChildProcess.auditSigner();
            Path directory = Path.of(arguments[0]);
            System.out.println("ready");
            int begin = System.in.read();
            assertThat(begin).isPositive();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
                int first = round * SHARE;
                try (AuditLog log = AuditLog.open(directory, signer, Logs.QUIET)) {
                    List<Future<?>> running = new ArrayList<>();
                    for (int i = 0; i < THREADS; i++) {
                        String thread = arguments[1] + "-" + i;
                        running.add(threads.submit(() -> {
                            for (int n = first; n < first + SHARE; n++) {
                                log.append(Logs.record(thread + "-" + n));
                            }
                        }));
                    }
                    for (Future<?> one : running) {
                        one.get();
                    }
                }
            }
            threads.shutdown();
        }
    }

    @Test
    void no_record_is_missing_doubled_or_out_of_order() throws Exception {
        Path log = temp.resolve("log");
        List<Process> fleet = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        Map<String, Long> share = new HashMap<>();
        for (int i = 0; i < PROCESSES; i++) {
            Process process = ChildProcess.start(Writing.class, log.toString(), "p" + i, String.valueOf(ROUNDS));
            fleet.add(process);
            outputs.add(process.inputReader(StandardCharsets.US_ASCII));
            for (int thread = 0; thread < THREADS; thread++) {
                share.put("p" + i + "-" + thread, (long) ROUNDS * SHARE);
            }
        }
        for (BufferedReader output : outputs) {
            assertThat(output.readLine()).isEqualTo("ready");
        }
        for (Process process : fleet) {
            process.outputWriter().append("begin\n").flush();
        }
        for (Process process : fleet) {
            assertThat(process.waitFor()).isZero();
        }

        assertThat(found(log)).isEqualTo(share);
        AuditReport report = AuditVerifier.verify(log, Optional.of(ChildProcess.SIGNER.verificationKey()), List.of());
        assertThat(report.problems()).isEmpty();
        assertThat(Logs.chains(report)).hasSizeBetween(1, PROCESSES);
        System.out.println((long) PROCESSES * THREADS * ROUNDS * SHARE + " records in "
                + report.chains().size() + " chains, " + report.counts());
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
