package dev.chancery.benchmarks;

import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One JMH run inside this JVM: {@code benchmarks/run} does the forking, because it starts forks of all contenders in turn
 * and JMH would run the forks of one after those of the other.
 *
 * @param perCpuSecond operations per second of CPU time
 * @param perSecond operations per second on the clock, all threads together
 * @param bytes bytes allocated for each operation
 */
record Measurement(double perCpuSecond, double perSecond, double bytes) {

    static Measurement of(
            Class<?> benchmark,
            String method,
            Map<String, String> parameters,
            int threads,
            TimeValue warmup,
            TimeValue measurement)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName() + "\\." + method + "$")
                .addProfiler(CpuTime.class)
                .addProfiler(GCProfiler.class)
                .forks(0)
                .threads(threads)
                .warmupIterations(1)
                .warmupTime(warmup)
                .measurementIterations(1)
                .measurementTime(measurement)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        RunResult result = new Runner(options.build()).runSingle();
        return new Measurement(
                secondary(result, CpuTime.RATE),
                result.getPrimaryResult().getScore(),
                secondary(result, "gc.alloc.rate.norm"));
    }

    private static double secondary(RunResult result, String name) {
        return Objects.requireNonNull(result.getSecondaryResults().get(name), name)
                .getScore();
    }
}
