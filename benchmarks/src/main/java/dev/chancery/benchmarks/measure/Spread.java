package dev.chancery.benchmarks.measure;

import java.util.Arrays;

/** The median of what several forks found, between the lowest and the highest. */
public record Spread(double median, double lowest, double highest) {

    public static Spread of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("Nothing was measured.");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
