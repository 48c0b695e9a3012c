package dev.chancery.benchmarks.measure;

import dev.chancery.benchmarks.PairedFork;
import dev.chancery.benchmarks.contenders.Workload;
import dev.chancery.benchmarks.measure.Sample.Cell;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Prints what {@code benchmarks/run} found as tables in Markdown, and which goals it meets. */
final class Report {
    private static final List<String> PROVIDERS = List.of("corretto", "bouncycastle", "jdk");

    private final Results results;
    private final List<Row> rows;

    private final PrintStream out;

    Report(Results results, PrintStream out) {
        this.results = results;
        this.out = out;
        this.rows = rows(results);
    }

    /** Arguments: the file of results. */
    public static void main(String[] args) throws IOException {
        new Report(Results.read(Path.of(args[0])), System.out).print();
    }

    void print() {
        if (!rows.isEmpty()) {
            printSigning();
            printGoals();
        }
        printOpening();
        printPem();
        printCommand();
    }

    /** Chancery with one JCA provider doing one thing, and the others doing the same: a row of the table. */
    private record Row(String jdk, int threads, Workload workload, String operation, String provider) {

        Cell chancery() {
            return cell("chancery-" + provider);
        }

        Cell checked() {
            return cell("chancery-" + provider + "-checked");
        }

        Cell jca() {
            return cell("jca-" + provider);
        }

        Cell tink() {
            return cell("tink");
        }

        Cell nimbus() {
            return cell("nimbus");
        }

        /** The two of {@link PairedFork}, which tell small differences better than forks of their own. */
        Cell pairedChancery() {
            return cell("paired-chancery-" + provider);
        }

        Cell pairedJca() {
            return cell("paired-jca-" + provider);
        }

        private Cell cell(String contender) {
            return new Cell(jdk, contender, workload.label(), operation, threads);
        }

        Cell openssl() {
            return new Cell("-", "openssl", workload.opensslName(), operation, threads);
        }

        boolean signs() {
            return operation.equals("sign");
        }

        String name() {
            return "%s, %s, JDK %s, %d thread%s"
                    .formatted(workload.label(), provider, jdk, threads, threads == 1 ? "" : "s");
        }
    }

    private static List<Row> rows(Results results) {
        List<Row> rows = new ArrayList<>();
        for (String jdk : results.jdks()) {
            for (int threads = 1; threads <= 2; threads++) {
                for (Workload workload : Workload.values()) {
                    for (String operation : List.of("sign", "verify")) {
                        for (String provider : PROVIDERS) {
                            rows.add(new Row(jdk, threads, workload, operation, provider));
                        }
                    }
                }
            }
        }
        return rows.stream().filter(row -> results.has(row.chancery())).toList();
    }

    // --- signing and verifying

    private void printSigning() {
        line(
                "JDK",
                "threads",
                "algorithm",
                "operation",
                "provider",
                "per CPU second",
                "lowest – highest",
                "× raw JCA",
                "× OpenSSL",
                "× Tink",
                "× Nimbus",
                "verified after signing",
                "bytes",
                "raw JCA's bytes");
        line("--:", "--:", "---", "---", "---", "--:", ":-:", "--:", "--:", "--:", "--:", "--:", "--:", "--:");
        for (Row row : rows) {
            Spread rate = results.rate(row.chancery()).orElseThrow();
            line(
                    row.jdk(),
                    Integer.toString(row.threads()),
                    row.workload().label(),
                    row.operation(),
                    row.provider(),
                    count(rate.median()),
                    count(rate.lowest()) + " – " + count(rate.highest()),
                    toJca(row).map(Report::times).orElse(""),
                    times(row.chancery(), row.openssl()),
                    times(row.chancery(), row.tink()),
                    times(row.chancery(), row.nimbus()),
                    times(row.checked(), row.chancery()),
                    bytes(row.chancery()),
                    bytes(row.jca()));
        }
    }

    private String times(Cell one, Cell other) {
        return results.ratio(one, other).map(Report::times).orElse("");
    }

    private Optional<Spread> toJca(Row row) {
        Optional<Spread> paired = results.ratio(row.pairedChancery(), row.pairedJca());
        return paired.isPresent() ? paired : results.ratio(row.chancery(), row.jca());
    }

    private static String times(Spread ratio) {
        return String.format(Locale.ROOT, ratio.median() < 9.95 ? "%.2f" : "%.1f", ratio.median());
    }

    /** The least: what disturbs only adds. */
    private String bytes(Cell cell) {
        return results.bytes(cell).map(Spread::lowest).map(Report::count).orElse("");
    }

    private static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    private void line(String... cells) {
        out.println(Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |")));
    }

    // --- the goals

    private void printGoals() {
        out.println();
        Predicate<Row> corretto = row -> row.provider().equals("corretto");
        Predicate<Row> p256 = row ->
                row.signs() && row.workload() == Workload.EC_P256 && row.jdk().equals("17");
        goal(
                "signs at least as fast as OpenSSL, with AmazonCorrettoCryptoProvider",
                corretto.and(Row::signs),
                row -> results.ratio(row.chancery(), row.openssl()),
                1);
        goal("signs at least 0.97 times as fast as raw JCA with the same provider", Row::signs, this::toJca, 0.97);
        goal(
                "verifies at least 0.97 times as fast as raw JCA with the same provider",
                row -> !row.signs(),
                this::toJca,
                0.97);
        goal(
                "P-256 on JDK 17: signs at least 10 times as fast as Tink",
                p256.and(corretto),
                row -> results.ratio(row.chancery(), row.tink()),
                10);
        goal(
                "P-256 on JDK 17: signs at least 10 times as fast as Nimbus",
                p256.and(corretto),
                row -> results.ratio(row.chancery(), row.nimbus()),
                10);
        goal(
                "P-256 on JDK 17 without native code: signs at least 5 times as fast as Tink",
                p256.and(corretto.negate()),
                row -> results.ratio(row.chancery(), row.tink()),
                5);
        goal(
                "P-256 on JDK 17 without native code: signs at least 5 times as fast as Nimbus",
                p256.and(corretto.negate()),
                row -> results.ratio(row.chancery(), row.nimbus()),
                5);
        allocationGoal();
    }

    private void goal(String goal, Predicate<Row> about, Function<Row, Optional<Spread>> toPeer, double least) {
        List<String> missed = new ArrayList<>();
        int measured = 0;
        for (Row row : rows.stream().filter(about).toList()) {
            Optional<Spread> ratio = toPeer.apply(row);
            if (ratio.isPresent()) {
                measured++;
                if (ratio.get().median() < least) {
                    missed.add(row.name() + ": " + range(ratio.get()));
                }
            }
        }
        printGoal(goal, measured, missed);
    }

    private void allocationGoal() {
        List<String> missed = new ArrayList<>();
        int measured = 0;
        for (Row row : rows.stream().filter(Row::signs).toList()) {
            Optional<Spread> chancery = results.bytes(row.chancery());
            Optional<Spread> jca = results.bytes(row.jca());
            // With two threads, what JMH allocates while they meet is counted as theirs.
            if (row.threads() == 1 && chancery.isPresent() && jca.isPresent()) {
                measured++;
                double more = chancery.get().lowest() - jca.get().lowest();
                if (more > 200 + row.workload().signatureArray()) {
                    missed.add(row.name() + ": " + count(more) + " bytes more");
                }
            }
        }
        printGoal(
                "allocates at most 200 bytes and one copy of the signature more than raw JCA for each signature",
                measured,
                missed);
    }

    private void printGoal(String goal, int measured, List<String> missed) {
        if (measured > 0) {
            out.printf("- %s: met in %d of %d settings%n", goal, measured - missed.size(), measured);
            missed.forEach(miss -> out.println("  - missed by " + miss));
        }
    }

    private static String range(Spread ratio) {
        return String.format(Locale.ROOT, "%.2f (%.2f – %.2f)", ratio.median(), ratio.lowest(), ratio.highest());
    }

    // --- what is done once

    private void printOpening() {
        List<String> header = List.of("JDK", "keys in the store", "open, sign once, close", "× as long as with 10");
        List<List<String>> lines = new ArrayList<>();
        for (String jdk : results.jdks()) {
            Cell ten = new Cell(jdk, "chancery", "10-keys", "open", 1);
            for (String keys : List.of("10", "1000", "10000")) {
                Cell cell = new Cell(jdk, "chancery", keys + "-keys", "open", 1);
                results.time(cell).ifPresent(time -> lines.add(List.of(jdk, keys, millis(time), times(ten, cell))));
            }
        }
        printOnce(header, lines);
    }

    private void printPem() {
        List<String> header =
                List.of("JDK", "PEM of 600,000 iterations", "`openssl pkey`", "× as long as `openssl pkey`");
        List<List<String>> lines = new ArrayList<>();
        Cell openssl = new Cell("-", "openssl", "pem", "read", 1);
        for (String jdk : results.jdks()) {
            Cell cell = new Cell(jdk, "chancery", "pem", "read", 1);
            results.time(cell)
                    .ifPresent(time -> lines.add(List.of(
                            jdk,
                            millis(time),
                            results.time(openssl).map(Report::millis).orElse(""),
                            times(openssl, cell))));
        }
        printOnce(header, lines);
    }

    private void printCommand() {
        List<String> header = List.of("", "`chancery sign`", "empty JVM", "× as long as an empty JVM");
        List<List<String>> lines = new ArrayList<>();
        for (String measure : List.of("CPU", "clock")) {
            Cell command = new Cell("-", "chancery", "process", measure, 1);
            Cell nothing = new Cell("-", "empty-jvm", "process", measure, 1);
            results.time(command)
                    .ifPresent(time -> lines.add(List.of(
                            measure,
                            millis(time),
                            results.time(nothing).map(Report::millis).orElse(""),
                            times(nothing, command))));
        }
        printOnce(header, lines);
    }

    private void printOnce(List<String> header, List<List<String>> lines) {
        if (!lines.isEmpty()) {
            out.println();
            line(header.toArray(String[]::new));
            line(header.stream().map(cell -> "--:").toArray(String[]::new));
            lines.forEach(cells -> line(cells.toArray(String[]::new)));
        }
    }

    private static String millis(Spread seconds) {
        return String.format(
                Locale.ROOT,
                "%.1f ms (%.1f – %.1f)",
                seconds.median() * 1000,
                seconds.lowest() * 1000,
                seconds.highest() * 1000);
    }
}
