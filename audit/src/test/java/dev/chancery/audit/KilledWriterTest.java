package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.spi.support.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes ({@code SIGKILL}) that sign from 16 threads: no signature that was released is without its record.
 * {@code -Dchancery.kills=2000} makes it the long form, which goes on until each step of a record's way was hit 30 times.
 */
class KilledWriterTest {
    private static final int KILLS = Integer.getInteger("chancery.kills", 4);
    private static final int LEAST_IN_EACH_STEP = KILLS >= 1_000 ? 30 : 0;
    private static final int THREADS = 16;
    private static final int LONGEST_LIFE_MILLIS = 250;
    private static final int SIGKILL = 128 + 9;

    @TempDir
    private Path temp;

    /** Where the last operations of a killed process were. */
    private enum Step {
        /** Announced, and no signature on record. */
        USED,
        /** The signature is on record, and was not released. */
        RECORDED,
        /** Released. */
        RELEASED
    }

    /** Signs from many threads and prints what is released. */
    static final class Signing {
        public static void main(String[] arguments) throws Exception {
            AuditLog log = AuditLog.open(Path.of(arguments[0]), ChildProcess.auditSigner(), Logs.QUIET);
            KeyStore store = AuditedKeyStore.wrap(KeyStores.open("memory:"), log);
            Signer signer = store.signer(
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "release")).id());
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            for (int i = 0; i < THREADS; i++) {
                threads.execute(() -> {
                    while (true) {
                        byte[] signature = signer.sign(new byte[32]).value();
                        String line = Sha256.hex(signature) + "\n";
                        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
                        System.out.write(bytes, 0, bytes.length);
                        System.out.flush();
                    }
                });
            }
        }
    }

    @Test
    void no_signature_that_was_released_is_without_its_record() throws Exception {
        long seed = Long.getLong("chancery.seed", System.nanoTime());
        Random random = new Random(seed);
        Path log = temp.resolve("log");
        Map<Step, Integer> hits = new EnumMap<>(Step.class);
        long slowest = 0;
        int repaired = 0;
        Set<String> seen = new HashSet<>();
        int kills = 0;
        while (kills < KILLS || leastHit(hits) < LEAST_IN_EACH_STEP) {
            if (kills % 20 == 0) {
                log = temp.resolve("log-" + kills);
                seen.clear();
            }
            List<String> released = killOne(log, random);
            kills++;

            long started = System.nanoTime();
            try (AuditLog again = AuditLog.open(log, ChildProcess.SIGNER, Logs.QUIET)) {
                slowest = Math.max(slowest, System.nanoTime() - started);
                again.append(Logs.record("after-" + kills));
            }
            AuditReport report =
                    AuditVerifier.verify(log, Optional.of(ChildProcess.SIGNER.verificationKey()), List.of());
            assertThat(report.problems()).as("kill %s, seed %s", kills, seed).isEmpty();
            repaired = report.counts().getOrDefault(AuditEvent.LOG_REPAIRED, 0L).intValue();
            count(log, released, seen, hits);
            if (kills % 100 == 0) {
                System.out.println(kills + " kills: " + hits);
            }
        }
        System.out.println(kills + " kills, seed " + seed + ": " + hits + ", repaired in the last log " + repaired
                + ", slowest opening " + slowest / 1_000_000 + " ms");
        assertThat(hits.get(Step.RELEASED)).isPositive();
    }

    private static int leastHit(Map<Step, Integer> hits) {
        return Arrays.stream(Step.values())
                .mapToInt(step -> hits.getOrDefault(step, 0))
                .min()
                .orElseThrow();
    }

    /** Lets a process sign for a while; returns the hashes of what it released. */
    private List<String> killOne(Path log, Random random) throws IOException, InterruptedException {
        Process process = ChildProcess.start(Signing.class, log.toString());
        try (BufferedReader output = process.inputReader(StandardCharsets.US_ASCII)) {
            String first = output.readLine();
            LockSupport.parkNanos(random.nextInt(LONGEST_LIFE_MILLIS * 1_000_000));
            // By its handle: Process.destroyForcibly also closes the streams that are still to be read.
            process.toHandle().destroyForcibly();
            List<String> released = output.lines().collect(Collectors.toList());
            released.add(first);
            assertThat(process.waitFor()).isEqualTo(SIGKILL);
            // A line that the kill has cut was not released in full.
            released.removeIf(line -> line == null || line.length() != 64);
            return released;
        }
    }

    private static void count(Path log, List<String> released, Set<String> seen, Map<Step, Integer> hits) {
        Set<String> used = new HashSet<>();
        Map<String, String> made = new HashMap<>();
        try (var records = AuditReader.read(log)) {
            records.map(StoredRecord::record).forEach(record -> {
                String operation = record.field("op_id").orElse("");
                if (record.event() == AuditEvent.KEY_USED
                        && record.field("algorithm").isPresent()) {
                    used.add(operation);
                } else if (record.event() == AuditEvent.SIGNATURE_GENERATED) {
                    made.put(record.field("signature_sha256").orElseThrow(), operation);
                }
            });
        }
        assertThat(made.keySet()).containsAll(released);
        released.forEach(signature -> hits.merge(Step.RELEASED, 1, Integer::sum));
        Set<String> ended = new HashSet<>(made.values());
        used.stream()
                .filter(operation -> !ended.contains(operation) && seen.add(operation))
                .forEach(operation -> hits.merge(Step.USED, 1, Integer::sum));
        made.entrySet().stream()
                .filter(signature -> !released.contains(signature.getKey()) && seen.add(signature.getValue()))
                .forEach(signature -> hits.merge(Step.RECORDED, 1, Integer::sum));
        seen.addAll(ended);
    }
}
