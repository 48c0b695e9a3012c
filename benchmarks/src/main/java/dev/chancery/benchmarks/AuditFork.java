package dev.chancery.benchmarks;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * One fork of {@link Auditing}, by the clock and not by CPU time: forcing a disk is waiting. {@code benchmarks/audit} starts the
 * forks in turn.
 */
final class AuditFork {
    private AuditFork() {}

    /** Arguments: a contender, how many threads, a directory, seconds, and {@code rate} or {@code latency}: microseconds at p50, p95, p99. */
    public static void main(String[] args) throws RunnerException {
        System.setProperty("jmh.ignoreLock", "true");
        boolean latency = args[4].equals("latency");
        Result<?> found = new Runner(new OptionsBuilder()
                        .include("^" + Auditing.class.getName() + "\\.once$")
                        .param("contender", args[0])
                        .param("directory", args[2])
                        .mode(latency ? Mode.SampleTime : Mode.Throughput)
                        .timeUnit(latency ? TimeUnit.MICROSECONDS : TimeUnit.SECONDS)
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
        Statistics times = found.getStatistics();
        System.out.println(
                latency
                        ? String.format(
                                Locale.ROOT,
                                "%.0f\t%.0f\t%.0f",
                                times.getPercentile(50),
                                times.getPercentile(95),
                                times.getPercentile(99))
                        : String.format(Locale.ROOT, "%.1f", found.getScore()));
    }
}
