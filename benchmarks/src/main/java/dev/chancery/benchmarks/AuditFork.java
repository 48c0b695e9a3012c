package dev.chancery.benchmarks;

import dev.chancery.audit.verification.AuditVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One fork of {@link Auditing}, by the clock and not by CPU time: forcing a disk is waiting. {@code benchmarks/audit} starts the
 * forks in turn.
 */
final class AuditFork {
    private AuditFork() {}

    /** Arguments: a contender, how many threads, a directory, seconds; or {@code VERIFY} and the directory of a log. */
    public static void main(String[] args) throws RunnerException, IOException {
        System.setProperty("jmh.ignoreLock", "true");
        if (args[0].equals("VERIFY")) {
            verify(Path.of(args[1]));
            return;
        }
        Result<?> found = new Runner(new OptionsBuilder()
                        .include("^" + Auditing.class.getName() + "\\.once$")
                        .param("contender", args[0])
                        .param("directory", args[2])
                        .threads(Integer.parseInt(args[1]))
                        .forks(0)
                        .warmupIterations(1)
                        .warmupTime(TimeValue.seconds(Long.parseLong(args[3])))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.seconds(Long.parseLong(args[3])))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle()
                .getPrimaryResult();
        System.out.printf(Locale.ROOT, "%.1f%n", found.getScore());
    }

    /** Prints megabytes a second, the second time: the first is a warm-up. */
    private static void verify(Path log) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        double rate = 0;
        for (int time = 0; time < 3; time++) {
            long started = System.nanoTime();
            boolean intact =
                    AuditVerifier.verify(log, Optional.empty(), List.of()).isIntact();
            rate = bytes * 1e3 / (System.nanoTime() - started);
            if (!intact) {
                throw new IllegalStateException("The log does not verify.");
            }
        }
        System.out.printf(Locale.ROOT, "%.1f%n", rate);
    }
}
