package dev.chancery.benchmarks;

import java.util.Objects;
import org.openjdk.jmh.results.RunResult;

/**
 * What one fork found about one operation.
 *
 * @param contender who
 * @param workload with which key and algorithm
 * @param operation sign or verify
 * @param threads how many at once
 * @param perCpuSecond operations per second of CPU time
 * @param perSecond operations per second on the clock, all threads together
 * @param bytes bytes allocated for each operation
 */
record Sample(
        String contender,
        String workload,
        String operation,
        int threads,
        double perCpuSecond,
        double perSecond,
        double bytes) {

    static Sample of(String contender, String workload, String operation, int threads, RunResult result) {
        return new Sample(
                contender,
                workload,
                operation,
                threads,
                secondary(result, CpuTime.RATE),
                result.getPrimaryResult().getScore(),
                secondary(result, "gc.alloc.rate.norm"));
    }

    private static double secondary(RunResult result, String name) {
        return Objects.requireNonNull(result.getSecondaryResults().get(name), name)
                .getScore();
    }

    /** A line of tab-separated fields. */
    @Override
    public String toString() {
        return String.join(
                "\t",
                contender,
                workload,
                operation,
                Integer.toString(threads),
                Double.toString(perCpuSecond),
                Double.toString(perSecond),
                Double.toString(bytes));
    }
}
