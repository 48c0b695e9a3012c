package dev.chancery.benchmarks;

import dev.chancery.benchmarks.measure.Measurement;
import dev.chancery.benchmarks.measure.Sample;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.TimeValue;

/** One fork of what is done once: opening a store, reading an encrypted PEM. */
final class StoreFork {
    private StoreFork() {}

    /** Arguments: {@code open} and a directory, or {@code read} and a PEM; a label; milliseconds of warm-up and of one iteration. */
    public static void main(String[] args) throws RunnerException {
        TimeValue warmup = TimeValue.milliseconds(Long.parseLong(args[3]));
        TimeValue iteration = TimeValue.milliseconds(Long.parseLong(args[4]));
        Measurement found = switch (args[0]) {
            case "open" ->
                Measurement.of(Opening.class, "openAndSign", Map.of("directory", args[1]), 1, warmup, iteration);
            case "read" -> Measurement.of(ReadingPem.class, "decrypt", Map.of("file", args[1]), 1, warmup, iteration);
            default -> throw new IllegalArgumentException(args[0]);
        };
        Sample.print("chancery", args[2], args[0], 1, found);
    }
}
