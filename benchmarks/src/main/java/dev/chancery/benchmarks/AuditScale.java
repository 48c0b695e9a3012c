package dev.chancery.benchmarks;

import dev.chancery.audit.AuditCheckpoints;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.receipt.Receipts;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.benchmarks.measure.Spread;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What opening, verifying and proving cost with a log's size; {@code benchmarks/audit} starts it, each time in a JVM of its own. */
final class AuditScale {
    private static final AuditOptions QUIET = AuditOptions.builder().quiet().build();
    private static final int THREADS = 64;
    private static final int PROOFS = 500;
    private static final int TURNS = 200;

    private final Path place;
    private final AuditSigner key;

    private AuditScale(Path place) {
        this.place = place;
        this.key = Auditing.key(place);
    }

    /** Arguments: what to do, the directory of a log and its key, and a number or another such directory. */
    public static void main(String[] args) throws IOException, InterruptedException {
        AuditScale scale = new AuditScale(Path.of(args[1]));
        switch (args[0]) {
            case "WRITE" -> scale.write(Integer.parseInt(args[2]));
            case "COMMANDS" -> scale.runCommands(Integer.parseInt(args[2]));
            case "COMPARE" -> scale.compareOpening(new AuditScale(Path.of(args[2])));
            case "OPEN" -> scale.open();
            case "VERIFY" -> scale.verify(Integer.parseInt(args[2]));
            case "PROVE" -> scale.prove(Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private Path log() {
        return Auditing.log(place);
    }

    /** So many records by many threads, and the heads for receipts. */
    private void write(int records) throws InterruptedException {
        try (AuditLog log = AuditLog.open(log(), key, QUIET)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int share = records / THREADS + (i < records % THREADS ? 1 : 0);
                threads.add(new Thread(() -> {
                    for (int record = 0; record < share; record++) {
                        log.append(Auditing.record());
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        AuditCheckpoints.make(log(), key, QUIET);
    }

    /** What a command does to a log; returns how long opening it took. */
    private double runCommand() {
        long started = System.nanoTime();
        try (AuditLog log = AuditLog.open(log(), key, QUIET)) {
            double opened = (System.nanoTime() - started) / 1e6;
            log.append(Auditing.record());
            return opened;
        }
    }

    private void runCommands(int commands) {
        for (int command = 0; command < commands; command++) {
            runCommand();
        }
    }

    /** Prints in milliseconds, at the median, how long this log and another take to be opened, in turns. */
    private void compareOpening(AuditScale other) {
        double[] mine = new double[TURNS];
        double[] others = new double[TURNS];
        for (int turn = -TURNS; turn < TURNS; turn++) {
            boolean first = turn % 2 == 0;
            double before = first ? 0 : other.runCommand();
            double here = runCommand();
            double there = first ? other.runCommand() : before;
            if (turn >= 0) {
                mine[turn] = here;
                others[turn] = there;
            }
        }
        print("%.2f\t%.2f", Spread.of(mine).median(), Spread.of(others).median());
    }

    /** Prints in milliseconds how long the first opening of a new JVM takes. */
    private void open() {
        print("%.0f", runCommand());
    }

    /** Prints megabytes of lines per second of CPU time, the last of so many times: without a key, with the verification key, with the audit key. */
    private void verify(int times) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(log())) {
            for (Path file :
                    files.filter(found -> found.toString().endsWith(".jsonl")).toList()) {
                bytes += Files.size(file);
            }
        }
        print(
                "%.0f\t%.0f\t%.0f",
                rate(bytes, times, () -> AuditVerifier.verify(log(), Optional.empty(), List.of())),
                rate(bytes, times, () -> AuditVerifier.verify(log(), Optional.of(key.verificationKey()), List.of())),
                rate(bytes, times, () -> AuditVerifier.verify(log(), key, List.of())));
    }

    private static double rate(long bytes, int times, Supplier<AuditReport> verification) {
        double rate = 0;
        for (int time = 0; time < times; time++) {
            long started = cpuTime();
            if (!verification.get().isIntact()) {
                throw new IllegalStateException("The log does not verify.");
            }
            rate = bytes * 1e3 / (cpuTime() - started);
        }
        return rate;
    }

    /** Prints in milliseconds of CPU time what a receipt of any record takes: the first one, then the median and the 99th percentile. */
    private void prove(int records) {
        Random random = new Random(1);
        double[] times = new double[PROOFS];
        for (int proof = 0; proof < PROOFS; proof++) {
            long started = cpuTime();
            Receipts.of(log(), key.verificationKey(), 1, 1 + random.nextInt(records));
            times[proof] = (cpuTime() - started) / 1e6;
        }
        double first = times[0];
        Arrays.sort(times);
        print("%.1f\t%.1f\t%.1f", first, times[PROOFS / 2], times[PROOFS * 99 / 100]);
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
