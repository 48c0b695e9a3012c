package dev.chancery.benchmarks;

import dev.chancery.benchmarks.Results.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Prints the results of {@code benchmarks/run} as a table, and which goals they meet. */
final class Report {
    private static final List<String> PROVIDERS = List.of("accp", "bc", "jdk");

    private final Results results;

    private Report(Results results) {
        this.results = results;
    }

    /** Arguments: the file of results. */
    public static void main(String[] args) throws IOException {
        Report report = new Report(Results.read(Path.of(args[0])));
        report.printTable();
        report.printGoals();
    }

    /** Chancery with one JCA provider in one setting: a row of the table. */
    private record Row(Setting setting, String provider) {
        String chancery() {
            return "chancery-" + provider;
        }

        String jca() {
            return "jca-" + provider;
        }

        String name() {
            return "%s, JDK %s, %d thread%s"
                    .formatted(
                            setting.workload().label(),
                            setting.jdk(),
                            setting.threads(),
                            setting.threads() == 1 ? "" : "s");
        }
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String jdk : results.jdks()) {
            for (int threads = 1; threads <= 2; threads++) {
                for (Workload workload : Workload.values()) {
                    for (String operation : List.of("sign", "verify")) {
                        Setting setting = new Setting(jdk, threads, workload, operation);
                        PROVIDERS.stream()
                                .map(provider -> new Row(setting, provider))
                                .filter(row ->
                                        results.rate(setting, row.chancery()).isPresent())
                                .forEach(rows::add);
                    }
                }
            }
        }
        return rows;
    }

    // --- the table

    private void printTable() {
        line(
                "JDK",
                "threads",
                "algorithm",
                "operation",
                "with",
                "per CPU second",
                "lowest – highest",
                "raw JCA",
                "OpenSSL",
                "Tink",
                "Nimbus",
                "verified after signing",
                "bytes",
                "raw JCA's bytes");
        line("--:", "--:", "---", "---", "---", "--:", ":-:", "--:", "--:", "--:", "--:", "--:", "--:", "--:");
        for (Row row : rows()) {
            Setting setting = row.setting();
            Spread rate = results.rate(setting, row.chancery()).orElseThrow();
            line(
                    setting.jdk(),
                    Integer.toString(setting.threads()),
                    setting.workload().label(),
                    setting.operation(),
                    row.provider(),
                    count(rate.median()),
                    count(rate.lowest()) + " – " + count(rate.highest()),
                    times(results.ratio(setting, row.chancery(), row.jca())),
                    times(results.ratio(setting, row.chancery(), "openssl")),
                    times(results.ratio(setting, row.chancery(), "tink")),
                    times(results.ratio(setting, row.chancery(), "nimbus")),
                    times(results.ratio(setting, row.chancery() + "-checked", row.chancery())),
                    results.bytes(setting, row.chancery())
                            .map(Spread::lowest)
                            .map(Report::count)
                            .orElse(""),
                    results.bytes(setting, row.jca())
                            .map(Spread::lowest)
                            .map(Report::count)
                            .orElse(""));
        }
    }

    private static void line(String... cells) {
        System.out.println(Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |")));
    }

    private static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    private static String times(Optional<Spread> ratio) {
        return ratio.map(Report::times).orElse("");
    }

    private static String times(Spread ratio) {
        return String.format(Locale.ROOT, ratio.median() < 9.95 ? "%.2f×" : "%.1f×", ratio.median());
    }

    // --- the goals

    private void printGoals() {
        System.out.println();
        goal(
                "signs at least as fast as OpenSSL, with the accelerated provider",
                1.0,
                "openssl",
                row -> signs(row) && row.provider().equals("accp"));
        goal("signs at least 0.97 times as fast as raw JCA with the same provider", 0.97, "", Report::signs);
        goal("verifies at least 0.97 times as fast as raw JCA with the same provider", 0.97, "", row -> !signs(row));
        for (String peer : List.of("tink", "nimbus")) {
            goal(
                    "P-256 on JDK 17: signs at least 10 times as fast as " + peer,
                    10,
                    peer,
                    row -> p256(row) && row.provider().equals("accp"));
            goal(
                    "P-256 on JDK 17 without native code: signs at least 5 times as fast as " + peer,
                    5,
                    peer,
                    row -> p256(row) && row.provider().equals("bc"));
        }
        allocationGoal();
    }

    private static boolean signs(Row row) {
        return row.setting().operation().equals("sign");
    }

    private static boolean p256(Row row) {
        return signs(row)
                && row.setting().workload() == Workload.EC_P256
                && row.setting().jdk().equals("17");
    }

    /** An empty peer is raw JCA with the row's provider. */
    private void goal(String goal, double least, String peer, Predicate<Row> about) {
        List<String> missed = new ArrayList<>();
        int measured = 0;
        for (Row row : rows().stream().filter(about).toList()) {
            Optional<Spread> ratio = results.ratio(row.setting(), row.chancery(), peer.isEmpty() ? row.jca() : peer);
            if (ratio.isPresent()) {
                measured++;
                if (ratio.get().median() < least) {
                    missed.add(row.name() + ", " + row.provider() + ": " + range(ratio.get()));
                }
            }
        }
        print(goal, measured, missed);
    }

    private void allocationGoal() {
        List<String> missed = new ArrayList<>();
        int measured = 0;
        for (Row row : rows().stream().filter(Report::signs).toList()) {
            Optional<Spread> chancery = results.bytes(row.setting(), row.chancery());
            Optional<Spread> jca = results.bytes(row.setting(), row.jca());
            // What two threads allocate while they meet is counted as theirs.
            if (row.setting().threads() == 1 && chancery.isPresent() && jca.isPresent()) {
                measured++;
                double more = chancery.get().lowest() - jca.get().lowest();
                if (more > 200 + row.setting().workload().signatureArray()) {
                    missed.add(row.name() + ", " + row.provider() + ": " + count(more) + " bytes more");
                }
            }
        }
        print("allocates at most 200 bytes and one copy of the signature more than raw JCA", measured, missed);
    }

    private static void print(String goal, int measured, List<String> missed) {
        if (measured > 0) {
            System.out.printf("- %s: met in %d of %d settings%n", goal, measured - missed.size(), measured);
            missed.forEach(miss -> System.out.println("  - missed: " + miss));
        }
    }

    private static String range(Spread ratio) {
        return String.format(Locale.ROOT, "%.2f× (%.2f – %.2f)", ratio.median(), ratio.lowest(), ratio.highest());
    }
}
