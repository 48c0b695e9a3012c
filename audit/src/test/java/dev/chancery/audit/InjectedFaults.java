package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.spi.support.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults below the JVM: {@code strace} makes system calls on the log's files fail, and a disk is full. Not part of the build, for
 * it needs strace and, for the full disk, the right to mount one; {@code audit/src/test/scripts/endurance faults} runs it.
 */
class InjectedFaults {
    private static final int THREADS = 8;
    private static final int SECONDS = 6;
    private static final int SEGMENTS = 120;

    @TempDir
    private Path temp;

    /** Signs from many threads; prints the hash of each signature that it gets, and the message of each refusal. */
    static final class Signing {
        public static void main(String[] arguments) throws Exception {
            try (Service service = new Service(Path.of(arguments[0]))) {
                service.signFor(Duration.ofSeconds(SECONDS));
            }
        }
    }

    /** Fills its disk while it signs, makes room again, and copies the log to where the test finds it. */
    static final class FillingTheDisk {
        public static void main(String[] arguments) throws Exception {
            Path log = Path.of(arguments[0]);
            Path filler = log.resolveSibling("filler");
            try (Service service = new Service(log)) {
                service.signFor(Duration.ofSeconds(1));
                fill(filler);
                service.signFor(Duration.ofSeconds(SECONDS));
                Files.delete(filler);
                service.signFor(Duration.ofSeconds(1));
            }
        }

        private static void fill(Path file) throws IOException {
            byte[] page = new byte[4096];
            try (OutputStream output = Files.newOutputStream(file)) {
                while (true) {
                    output.write(page);
                }
            } catch (IOException full) {
                System.out.println("full " + full.getMessage());
            }
        }
    }

    private static final class Service implements AutoCloseable {
        private final KeyStore store;
        private final Signer signer;
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

        Service(Path directory) throws Exception {
            AuditOptions options = AuditOptions.builder()
                    .quiet()
                    .segmentBytes(256 << 10)
                    .checkpoints(200, Duration.ofSeconds(1))
                    .queue(1_024, Duration.ofMillis(300))
                    .build();
            AuditLog log = AuditLog.open(directory, ChildProcess.auditSigner(), options);
            store = AuditedKeyStore.wrap(KeyStores.open("memory:"), log);
            signer = store.signer(
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "release")).id());
        }

        void signFor(Duration time) throws Exception {
            long end = System.nanoTime() + time.toNanos();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> {
                    while (System.nanoTime() - end < 0) {
                        print(sign());
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }

        private String sign() {
            try {
                return "released " + Sha256.hex(signer.sign(new byte[32]).value());
            } catch (AuditUnavailableException e) {
                return "refused " + e.getMessage();
            }
        }

        private static void print(String line) {
            byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
            System.out.write(bytes, 0, bytes.length);
            System.out.flush();
        }

        @Override
        public void close() {
            threads.shutdown();
            store.close();
        }
    }

    /** Which calls of a thread fail stands in strace's syntax: first+step, or first..last. */
    @ParameterizedTest
    @CsvSource({
        "write, ENOSPC, 40+40",
        "write, ENOSPC, 40..46",
        "write, EIO, 40+7",
        "write, EDQUOT, 100..107",
        "openat, ENOSPC, 12+7",
        "openat, EMFILE, 12..18",
        "openat, EIO, 13+10",
        "fsync, EIO, 2+2",
        "ftruncate, EIO, 1+2",
        "lseek, EIO, 90+90",
        "fchmodat|chmod, EIO, 1+2"
    })
    void a_system_call_that_fails_releases_nothing_unrecorded_and_service_resumes(
            String call, String error, String when) throws Exception {
        Path log = temp.resolve("log");
        Path trace = temp.resolve("trace");
        String calls = call.replace('|', ',');
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", trace.toString()));
        command.addAll(List.of("-e", "trace=" + calls, "-e", "inject=" + calls + ":error=" + error + ":when=" + when));
        ChainDirectory chain = ChainDirectory.of(log, 1);
        command.addAll(List.of("-P", chain.path().toString()));
        for (int segment = 1; segment <= SEGMENTS; segment++) {
            command.addAll(List.of("-P", chain.segment(segment).toString()));
            command.addAll(List.of(
                    "-P", ChainDirectory.checkpoints(chain.segment(segment)).toString()));
        }
        command.addAll(ChildProcess.command(Signing.class, log.toString()));

        List<String> output = output(ChildProcess.start(command));

        long injected;
        try (var lines = Files.lines(trace)) {
            injected = lines.filter(line -> line.contains("(INJECTED)")).count();
        }
        assertThat(injected).isPositive();
        System.out.println(call + " " + error + " " + when + ": " + injected + " injected, " + checked(log, output));
    }

    @Test
    void a_disk_that_is_full_releases_nothing_unrecorded_and_service_resumes() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        Path copy = temp.resolve("log");
        List<String> java =
                ChildProcess.command(FillingTheDisk.class, disk.resolve("log").toString());
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c"));
        command.add("mount -t tmpfs -o size=8m none \"$0\" && \"$@\" && cp -a \"$0/log\" " + copy);
        command.add(disk.toString());
        command.addAll(java);

        List<String> output = output(ChildProcess.start(command));

        assertThat(output).anyMatch(line -> line.startsWith("full No space left on device"));
        assertThat(output).anyMatch(line -> line.startsWith("refused") && line.contains("No space left on device"));
        System.out.println("full tmpfs: " + checked(copy, output));
    }

    private static List<String> output(Process process) throws IOException, InterruptedException {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = reader.lines().toList();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
            return lines;
        }
    }

    /** Every released signature is on record, the log is intact, and the last thing that happened is that signatures came out. */
    private static String checked(Path log, List<String> output) {
        Set<String> released = new HashSet<>();
        Set<String> refusals = new HashSet<>();
        for (String line : output) {
            if (line.startsWith("released ")) {
                released.add(line.substring(9));
            } else if (line.startsWith("refused ")) {
                refusals.add(line.substring(8));
            }
        }
        Set<String> made = new HashSet<>();
        Set<String> withheld = new HashSet<>();
        try (var records = AuditReader.read(log)) {
            records.map(StoredRecord::record).forEach(record -> {
                if (record.event() == AuditEvent.SIGNATURE_GENERATED) {
                    made.add(record.field("signature_sha256").orElseThrow());
                } else if (record.event() == AuditEvent.SIGNATURE_WITHHELD) {
                    withheld.add(record.field("op_id").orElseThrow());
                }
            });
        }
        AuditReport report = AuditVerifier.verify(log, Optional.of(ChildProcess.SIGNER.verificationKey()), List.of());
        assertThat(report.problems()).isEmpty();
        assertThat(made).containsAll(released);
        assertThat(output.subList(output.size() - 20, output.size()))
                .as("service has resumed")
                .anyMatch(line -> line.startsWith("released "));
        Map<AuditEvent, Long> counts = report.counts();
        return released.size() + " released, " + made.size() + " recorded, " + withheld.size() + " withheld, resumed "
                + counts.getOrDefault(AuditEvent.LOG_RESUMED, 0L) + " times, "
                + report.notices().size() + " tails never acknowledged; refusals: "
                + refusals.stream().limit(3).toList();
    }
}
