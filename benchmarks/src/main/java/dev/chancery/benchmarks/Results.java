package dev.chancery.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The samples of all rounds. */
record Results(List<Sample> samples) {

    static Results read(Path file) throws IOException {
        return new Results(Files.readAllLines(file).stream().map(Sample::parse).toList());
    }

    /** One operation in one setting; who does it is another question. */
    record Setting(String jdk, int threads, Workload workload, String operation) {}

    List<String> jdks() {
        return samples.stream()
                .map(Sample::jdk)
                .filter(jdk -> !jdk.equals("-"))
                .distinct()
                .sorted()
                .toList();
    }

    int rounds() {
        return samples.stream().mapToInt(Sample::round).max().orElse(0);
    }

    Optional<Spread> rate(Setting setting, String contender) {
        return spread(rounds(round -> value(round, setting, contender, Sample::perCpuSecond)));
    }

    /** Bytes allocated hardly vary; noise can only add. */
    Optional<Spread> bytes(Setting setting, String contender) {
        return spread(rounds(round -> value(round, setting, contender, Sample::bytes)));
    }

    /**
     * How many times as fast one contender is as another: a ratio for each round, whose forks ran one after the other, so
     * that a machine whose speed changes from minute to minute does less harm.
     */
    Optional<Spread> ratio(Setting setting, String contender, String to) {
        return spread(rounds(round -> {
            double mine = value(round, setting, contender, Sample::perCpuSecond);
            double theirs = value(round, setting, to, Sample::perCpuSecond);
            return mine / theirs;
        }));
    }

    private DoubleStream rounds(IntToDoubleFunction perRound) {
        return IntStream.rangeClosed(1, rounds()).mapToDouble(perRound).filter(found -> !Double.isNaN(found));
    }

    private static Optional<Spread> spread(DoubleStream values) {
        double[] found = values.toArray();
        return found.length == 0 ? Optional.empty() : Optional.of(Spread.of(found));
    }

    private double value(int round, Setting setting, String contender, ToDoubleFunction<Sample> field) {
        boolean openssl = contender.equals("openssl");
        String jdk = openssl ? "-" : setting.jdk();
        String workload =
                openssl ? setting.workload().opensslName() : setting.workload().label();
        return samples.stream()
                .filter(sample -> sample.round() == round
                        && sample.jdk().equals(jdk)
                        && sample.contender().equals(contender)
                        && sample.workload().equals(workload)
                        && sample.operation().equals(setting.operation())
                        && sample.threads() == setting.threads())
                .mapToDouble(field)
                .findFirst()
                .orElse(Double.NaN);
    }
}
