package dev.chancery.benchmarks.measure;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
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
 * @param perCpuSecond operations per second of CPU time, the median of some short iterations: a shared machine disturbs
 *     now and then
 * @param bytes bytes allocated for each operation, the least of them: what disturbs only adds
 */
public record Measurement(double perCpuSecond, double bytes) {
    private static final int ITERATIONS = 5;

    static {
        // Two builds on one machine may come here at the same time; benchmarks/run takes care of its own forks.
        System.setProperty("jmh.ignoreLock", "true");
    }

    public static Measurement of(
            Class<?> benchmark,
            String method,
            Map<String, String> parameters,
            int threads,
            TimeValue warmup,
            TimeValue iteration)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName() + "\\." + method + "$")
                .addProfiler(CpuTime.class)
                .addProfiler(GCProfiler.class)
                .forks(0)
                .threads(threads)
                .warmupIterations(1)
                .warmupTime(warmup)
                .measurementIterations(ITERATIONS)
                .measurementTime(iteration)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        List<IterationResult> iterations = List.copyOf(
                new Runner(options.build()).runSingle().getAggregatedResult().getIterationResults());
        return new Measurement(
                Spread.of(iterations.stream().mapToDouble(Measurement::rate).toArray())
                        .median(),
                iterations.stream().mapToDouble(Measurement::bytes).min().orElseThrow());
    }

    private static double rate(IterationResult iteration) {
        return score(iteration, CpuTime.RATE).orElseThrow();
    }

    /** The profiler leaves it out where nothing was allocated. */
    private static double bytes(IterationResult iteration) {
        return score(iteration, "gc.alloc.rate.norm").orElse(0);
    }

    private static OptionalDouble score(IterationResult iteration, String name) {
        Result<?> result = iteration.getSecondaryResults().get(name);
        return result == null ? OptionalDouble.empty() : OptionalDouble.of(result.getScore());
    }
}
