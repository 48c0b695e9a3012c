package dev.chancery.benchmarks.measure;

import dev.chancery.benchmarks.measure.Sample.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What all forks of all rounds found. */
final class Results {
    private final Map<Cell, SortedMap<Integer, Sample>> rounds = new HashMap<>();

    static Results read(Path file) throws IOException {
        Results results = new Results();
        Files.readAllLines(file).stream().map(Sample::parse).forEach(results::add);
        return results;
    }

    private void add(Sample sample) {
        rounds.computeIfAbsent(sample.cell(), cell -> new TreeMap<>()).put(sample.round(), sample);
    }

    List<String> jdks() {
        return rounds.keySet().stream()
                .map(Cell::jdk)
                .filter(jdk -> !jdk.equals("-"))
                .distinct()
                .sorted()
                .toList();
    }

    boolean has(Cell cell) {
        return rounds.containsKey(cell);
    }

    Optional<Spread> rate(Cell cell) {
        return spread(cell, Sample::perSecond);
    }

    /** Seconds, where {@link #rate} has operations per second. */
    Optional<Spread> time(Cell cell) {
        return spread(cell, sample -> 1 / sample.perSecond());
    }

    Optional<Spread> bytes(Cell cell) {
        return spread(cell, Sample::bytes);
    }

    private Optional<Spread> spread(Cell cell, ToDoubleFunction<Sample> value) {
        return spread(samples(cell).values().stream().mapToDouble(value).toArray());
    }

    /**
     * How many times as fast one is as the other: a ratio for each round, whose forks ran one after the other, so that a
     * machine whose speed changes from minute to minute does less harm.
     */
    Optional<Spread> ratio(Cell one, Cell other) {
        SortedMap<Integer, Sample> others = samples(other);
        return spread(samples(one).values().stream()
                .flatMapToDouble(mine -> Optional.ofNullable(others.get(mine.round())).stream()
                        .mapToDouble(theirs -> mine.perSecond() / theirs.perSecond()))
                .toArray());
    }

    private SortedMap<Integer, Sample> samples(Cell cell) {
        return rounds.getOrDefault(cell, new TreeMap<>());
    }

    private static Optional<Spread> spread(double[] found) {
        return found.length == 0 ? Optional.empty() : Optional.of(Spread.of(found));
    }
}
