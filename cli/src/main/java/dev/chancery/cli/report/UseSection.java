package dev.chancery.cli.report;

import dev.chancery.cli.page.Page;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** The part of the page that says how the keys are used: by key, and day by day. */
final class UseSection {
    /** What a chart of use spans. */
    private static final int DAYS = 60;

    /** What a list of days spans; the JSON has them all. */
    private static final int MOST_ROWS = 500;

    private final Report report;
    private final Page page;

    UseSection(Report report, Page page) {
        this.report = report;
        this.page = page;
    }

    void write() {
        page.section("Signatures a day", () -> {
            if (report.use().isEmpty()) {
                page.element("p", "No audit log says how the keys are used.");
                return;
            }
            Use use = report.use().get();
            page.element("p", about(use), "class", "soft");
            if (!use.signatures().isEmpty()) {
                charts(use);
                days(use);
            }
        });
    }

    private static String about(Use use) {
        String time = use.first().isPresent() && use.last().isPresent()
                ? ", from " + Times.second(use.first().get()) + " to "
                        + Times.second(use.last().get())
                : "";
        return "The audit log " + use.log() + " has " + use.records() + " records" + time + ". Denied or failed: "
                + use.failures() + ".";
    }

    private void charts(Use use) {
        LocalDate last = use.last()
                .map(instant -> LocalDate.ofInstant(instant, ZoneOffset.UTC))
                .orElse(report.asOf());
        LocalDate first = last.minusDays(DAYS - 1L);
        page.table(
                "Signatures by key; the chart spans " + first + " to " + last + ", each key on a scale of its own",
                List.of("Key", "All", "Last " + DAYS + " days", "Busiest day", "Last use", "Each day"),
                () -> use.signatures().forEach((key, days) -> {
                    Map.Entry<LocalDate, Long> busiest = days.entrySet().stream()
                            .max(Map.Entry.comparingByValue())
                            .orElseThrow();
                    long recent = days.tailMap(first, true).values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
                    page.row(() -> {
                        page.element("th", key, "scope", "row");
                        page.element("td", "" + use.total(key));
                        page.element("td", "" + recent);
                        page.element("td", busiest.getKey() + ": " + busiest.getValue());
                        page.element("td", days.lastKey().toString());
                        page.element("td", () -> chart(days, first, recent), "class", "bar");
                    });
                }));
    }

    private void chart(NavigableMap<LocalDate, Long> days, LocalDate first, long recent) {
        long most = days.tailMap(first, true).values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        page.element(
                "svg",
                () -> {
                    page.element(
                            "rect",
                            "",
                            "class",
                            "ground",
                            "x",
                            "0",
                            "y",
                            "0",
                            "width",
                            "" + DAYS * 10,
                            "height",
                            "100");
                    days.tailMap(first, true).forEach((day, count) -> {
                        long height = Math.max(4, 100 * count / most);
                        page.element(
                                "rect",
                                "",
                                "class",
                                "day",
                                "x",
                                "" + 10 * ChronoUnit.DAYS.between(first, day),
                                "y",
                                "" + (100 - height),
                                "width",
                                "8",
                                "height",
                                "" + height);
                    });
                },
                "viewBox",
                "0 0 " + DAYS * 10 + " 100",
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                recent + " signatures in " + DAYS + " days");
    }

    private void days(Use use) {
        record Day(LocalDate date, String key, long signatures) {}
        List<Day> days = new ArrayList<>();
        use.signatures().forEach((key, counts) -> counts.forEach((date, count) -> days.add(new Day(date, key, count))));
        days.sort((one, other) -> other.date().compareTo(one.date()));
        page.element("details", () -> {
            page.element(
                    "summary",
                    days.size() <= MOST_ROWS
                            ? "Day by day"
                            : "Day by day, the last " + MOST_ROWS + " of " + days.size());
            page.table(
                    "Signatures by day and key, the newest first",
                    List.of("Day", "Key", "Signatures"),
                    () -> days.stream()
                            .limit(MOST_ROWS)
                            .forEach(
                                    day -> page.row(List.of(day.date().toString(), day.key(), "" + day.signatures()))));
        });
    }
}
