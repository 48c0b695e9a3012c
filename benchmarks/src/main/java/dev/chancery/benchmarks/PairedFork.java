package dev.chancery.benchmarks;

import dev.chancery.benchmarks.contenders.Contender;
import dev.chancery.benchmarks.contenders.Engine;
import dev.chancery.benchmarks.contenders.SigningKeys;
import dev.chancery.benchmarks.contenders.Workload;
import dev.chancery.benchmarks.measure.Measurement;
import dev.chancery.benchmarks.measure.Sample;
import dev.chancery.benchmarks.measure.Spread;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One fork in which Chancery and raw JCA with the same provider take turns every two milliseconds: they differ by a few per
 * cent, and so do two forks of the same thing on a machine that others use.
 */
public final class PairedFork {
    private static final long TURN_NANOS = 2_000_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    private PairedFork() {}

    /** Arguments: JCA provider, workload, directory of keys, milliseconds of warm-up and of measurement. */
    public static void main(String[] args) throws Exception {
        String provider = args[0].toUpperCase(Locale.ROOT);
        Workload workload = Workload.valueOf(args[1].toUpperCase(Locale.ROOT).replace('-', '_'));
        if (!Contender.valueOf("JCA_" + provider).runsHere(workload)) {
            return;
        }
        SigningKeys keys = new SigningKeys(Path.of(args[2]));
        try (Contender.Session chancery =
                        Contender.valueOf("CHANCERY_" + provider).open(keys, workload);
                Contender.Session jca = Contender.valueOf("JCA_" + provider).open(keys, workload)) {
            Engine one = chancery.engine();
            Engine other = jca.engine();
            byte[] signature = one.sign(Signing.MESSAGE);
            PairedFork fork = new PairedFork();
            for (String operation : List.of("sign", "verify")) {
                boolean sign = operation.equals("sign");
                Step mine = sign ? () -> one.sign(Signing.MESSAGE) : () -> one.verify(Signing.MESSAGE, signature);
                Step raw = sign ? () -> other.sign(Signing.MESSAGE) : () -> other.verify(Signing.MESSAGE, signature);
                fork.takeTurns(mine, raw, Long.parseLong(args[3]));
                double[] rates = fork.takeTurns(mine, raw, Long.parseLong(args[4]));
                Sample.print(
                        "paired-chancery-" + args[0], workload.label(), operation, 1, new Measurement(rates[0], 0));
                Sample.print("paired-jca-" + args[0], workload.label(), operation, 1, new Measurement(rates[1], 0));
            }
        }
    }

    /** One signature, or one verification. */
    private interface Step {
        Object run() throws GeneralSecurityException;
    }

    /** Each one's operations per second of CPU time in the median of its turns. */
    private double[] takeTurns(Step one, Step other, long millis) throws GeneralSecurityException {
        List<Double> ones = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        long end = System.nanoTime() + millis * 1_000_000;
        while (ones.isEmpty() || System.nanoTime() < end) {
            ones.add(turn(one));
            others.add(turn(other));
        }
        return new double[] {median(ones), median(others)};
    }

    private double turn(Step step) throws GeneralSecurityException {
        long start = threads.getCurrentThreadCpuTime();
        long operations = 0;
        long used;
        do {
            // Asking the time costs more than a check of the clock would, hence several at once.
            for (int i = 0; i < 8; i++) {
                if (step.run() == null) {
                    throw new IllegalStateException("Nothing was signed.");
                }
            }
            operations += 8;
            used = threads.getCurrentThreadCpuTime() - start;
        } while (used < TURN_NANOS);
        return operations / (used / 1e9);
    }

    private static double median(List<Double> values) {
        return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray())
                .median();
    }
}
