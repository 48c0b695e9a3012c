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

    /** Two windows in a row that differ by less are two of a warm program. */
    private static final double AGREEMENT = 0.03;

    /** What has not settled by then does not settle on this machine. */
    private static final int MOST_WINDOWS = 12;

    /** As {@code benchmarks/run --quick} sets it: so many windows, whether they agree or not; 0 until they agree. */
    private static final int WINDOWS = Integer.getInteger("windows", 1);

    static {
        // Two builds on one machine may come here at the same time; benchmarks/run takes care of its own forks.
        System.setProperty("jmh.ignoreLock", "true");
    }

    /**
     * Measures what is warm.
     *
     * @param window how long one window of the warm-up lasts; they follow one another until two agree
     */
    public static Measurement of(
            Class<?> benchmark,
            String method,
            Map<String, String> parameters,
            int threads,
            TimeValue window,
            TimeValue iteration)
            throws RunnerException {
        warm(benchmark, method, parameters, threads, window);
        List<IterationResult> iterations = run(benchmark, method, parameters, threads, ITERATIONS, iteration);
        return new Measurement(
                Spread.of(iterations.stream().mapToDouble(Measurement::rate).toArray())
                        .median(),
                iterations.stream().mapToDouble(Measurement::bytes).min().orElseThrow());
    }

    private static void warm(
            Class<?> benchmark, String method, Map<String, String> parameters, int threads, TimeValue window)
            throws RunnerException {
        double before = 0;
        int most = WINDOWS == 0 ? MOST_WINDOWS : WINDOWS;
        for (int i = 0; i < most; i++) {
            double rate =
                    rate(run(benchmark, method, parameters, threads, 1, window).get(0));
            if (WINDOWS == 0 && agree(before, rate)) {
                return;
            }
            before = rate;
        }
        if (WINDOWS == 0) {
            System.err.println(benchmark.getSimpleName() + "." + method + " " + parameters + " has not settled in "
                    + most + " windows.");
        }
    }

    static boolean agree(double one, double other) {
        return Math.abs(one - other) <= AGREEMENT * Math.max(one, other);
    }

    private static List<IterationResult> run(
            Class<?> benchmark, String method, Map<String, String> parameters, int threads, int count, TimeValue time)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName() + "\\." + method + "$")
                .addProfiler(CpuTime.class)
                .addProfiler(GCProfiler.class)
                .forks(0)
                .threads(threads)
                .warmupIterations(0)
                .measurementIterations(count)
                .measurementTime(time)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        return List.copyOf(
                new Runner(options.build()).runSingle().getAggregatedResult().getIterationResults());
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
