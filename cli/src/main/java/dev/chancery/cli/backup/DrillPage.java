package dev.chancery.cli.backup;

import dev.chancery.backup.drill.DrillReport;
import dev.chancery.backup.drill.DrillReport.Result;
import dev.chancery.cli.page.Page;
import dev.chancery.cli.page.Page.Mark;
import java.util.Comparator;
import java.util.List;

/** What came of a drill, as a page. */
final class DrillPage {
    private DrillPage() {}

    static byte[] of(DrillReport drill) {
        Page page = new Page(
                "Restore drill: " + (drill.isGood() ? "everything would recover" : "not everything would recover"));
        page.element(
                "p",
                "Archive " + drill.archive() + ", " + drill.at() + ". "
                        + drill.origin()
                                .map(text -> "Backed up: " + text + ". ")
                                .orElse("It has no manifest. ")
                        + "Its signature: " + drill.signature() + ".");
        page.table(
                "What was looked at, failures first",
                List.of("What", "Check", "Result", "Found"),
                () -> drill.findings().stream()
                        .sorted(Comparator.comparing(DrillReport.Finding::result)
                                .reversed())
                        .forEach(finding -> page.row(() -> {
                            page.element("th", finding.subject(), "scope", "row");
                            page.element("td", finding.check());
                            page.element(
                                    "td",
                                    () -> page.mark(
                                            mark(finding.result()),
                                            finding.result().name()));
                            page.element("td", finding.what(), "class", "wide");
                        })));
        return page.finish();
    }

    private static Mark mark(Result result) {
        return switch (result) {
            case OK -> Mark.GOOD;
            case NOTE -> Mark.NONE;
            case FAILED -> Mark.BAD;
        };
    }
}
