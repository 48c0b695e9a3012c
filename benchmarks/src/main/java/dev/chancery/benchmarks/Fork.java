package dev.chancery.benchmarks;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One fork: a JVM in which one contender signs and verifies with one key, in one thread and in two. {@code benchmarks/run}
 * starts forks of all contenders in turn, which JMH cannot; a JVM that has run one contender only is still what is measured.
 */
final class Fork {
    private static final TimeValue SETTLE = TimeValue.milliseconds(60);

    private final Contender contender;
    private final Workload workload;
    private final Path keys;
    private final TimeValue warmup;
    private final TimeValue measurement;

    private Fork(Contender contender, Workload workload, Path keys, TimeValue warmup, TimeValue measurement) {
        this.contender = contender;
        this.workload = workload;
        this.keys = keys;
        this.warmup = warmup;
        this.measurement = measurement;
    }

    /** Arguments: contender, workload, directory of keys, milliseconds of warm-up, milliseconds of measurement. */
    public static void main(String[] args) throws RunnerException {
        Fork fork = new Fork(
                Contender.valueOf(constant(args[0])),
                Workload.valueOf(constant(args[1])),
                Path.of(args[2]),
                TimeValue.milliseconds(Long.parseLong(args[3])),
                TimeValue.milliseconds(Long.parseLong(args[4])));
        for (String operation : new String[] {"sign", "verify"}) {
            System.out.println(fork.measure(operation, 1, fork.warmup));
            // The code is warm; new threads only have to meet.
            System.out.println(fork.measure(operation, 2, SETTLE));
        }
    }

    private static String constant(String label) {
        return label.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** A line of tab-separated fields, as {@link Sample} reads it. */
    private Sample measure(String operation, int threads, TimeValue before) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("^" + Signing.class.getName() + "\\." + operation + "$")
                        .param("contender", contender.name())
                        .param("workload", workload.name())
                        .param("keys", keys.toString())
                        .addProfiler(CpuTime.class)
                        .addProfiler(GCProfiler.class)
                        .forks(0)
                        .threads(threads)
                        .warmupIterations(1)
                        .warmupTime(before)
                        .measurementIterations(1)
                        .measurementTime(measurement)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        return Sample.of(
                contender.label(),
                workload.label(),
                operation,
                threads,
                results.iterator().next());
    }
}
