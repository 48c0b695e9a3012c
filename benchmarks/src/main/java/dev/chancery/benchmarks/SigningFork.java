package dev.chancery.benchmarks;

import dev.chancery.benchmarks.contenders.Contender;
import dev.chancery.benchmarks.contenders.Workload;
import dev.chancery.benchmarks.measure.Measurement;
import dev.chancery.benchmarks.measure.Sample;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * One fork: a JVM in which one contender signs and verifies with one key, in one thread and in two, and no other contender has run.
 */
final class SigningFork {
    /** The code is warm by then; the threads only have to meet. */
    private static final TimeValue MEETING = TimeValue.milliseconds(40);

    private SigningFork() {}

    /** Arguments: contender, workload, directory of keys, milliseconds of warm-up and of one iteration. */
    public static void main(String[] args) throws RunnerException {
        Contender contender = Contender.valueOf(constant(args[0]));
        Workload workload = Workload.valueOf(constant(args[1]));
        if (!contender.runsHere(workload)) {
            return;
        }
        Map<String, String> parameters =
                Map.of("contender", contender.name(), "workload", workload.name(), "keys", args[2]);
        TimeValue warmup = TimeValue.milliseconds(Long.parseLong(args[3]));
        TimeValue iteration = TimeValue.milliseconds(Long.parseLong(args[4]));
        for (String operation : contender.onlySigns() ? List.of("sign") : List.of("sign", "verify")) {
            for (int threads = 1; threads <= 2; threads++) {
                TimeValue before = threads == 2 ? MEETING : operation.equals("sign") ? warmup : half(warmup);
                Sample.print(
                        contender.label(),
                        workload.label(),
                        operation,
                        threads,
                        Measurement.of(Signing.class, operation, parameters, threads, before, iteration));
            }
        }
    }

    /** Verifying warms up on what signing has left warm. */
    private static TimeValue half(TimeValue warmup) {
        return TimeValue.milliseconds(warmup.convertTo(TimeUnit.MILLISECONDS) / 2);
    }

    private static String constant(String label) {
        return label.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
