package dev.chancery.cli.report;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.cli.command.Version;
import dev.chancery.cli.output.StateWords;
import dev.chancery.cli.page.Page;
import dev.chancery.cli.page.Page.Mark;
import dev.chancery.cli.report.RingHistory.Generation;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.UnusableKey;
import dev.chancery.policy.KeyPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The report as a page. */
final class ReportPage {
    private final Report report;
    private final Page page;

    private ReportPage(Report report) {
        this.report = report;
        this.page = new Page("Signing keys of " + report.health().store());
    }

    static byte[] of(Report report) {
        return new ReportPage(report).write();
    }

    private byte[] write() {
        head();
        findings();
        keys();
        rings();
        kinds();
        new UseSection(report, page).write();
        alerts();
        exercises();
        checklist();
        return page.finish();
    }

    private void head() {
        page.element(
                "p",
                "Made on " + Times.second(report.made()) + " by chancery "
                        + Version.own().orElse("(not from a jar)") + ". Policy: "
                        + report.policy().name() + ".",
                "class",
                "soft");
        if (report.isProjected()) {
            page.element(
                    "p",
                    "Keys are judged by the dates of " + report.asOf()
                            + ", as if the day had come and nothing had changed. All else is of the day of the report.");
        }
        page.element(
                "ul",
                () -> {
                    fact("" + report.signing().size(), "keys that may sign");
                    fact("" + (report.keys().size() - report.signing().size()), "keys that verify, or are destroyed");
                    fact("" + report.rings().size(), "rings");
                    fact("" + report.health().open().size(), "open findings");
                    report.use().ifPresent(use -> fact("" + use.records(), "records in the audit log"));
                },
                "class",
                "facts");
    }

    private void fact(String number, String what) {
        page.element("li", () -> {
            page.element("strong", number);
            page.text(what);
        });
    }

    private void findings() {
        page.section("Open findings", () -> {
            List<Finding> open = report.health().open();
            if (open.isEmpty()) {
                page.element(
                        "p",
                        "None of the " + report.health().findings().size() + " checks of the store"
                                + (report.use().isPresent() ? " and its audit log" : "") + " found anything wrong.");
                return;
            }
            page.table(
                    "What the checks found, the worst first",
                    List.of("About", "Status", "Check", "Found", "What mends it"),
                    () -> {
                        for (Finding finding : open) {
                            page.row(() -> {
                                page.element("th", finding.subject().toString(), "scope", "row");
                                page.element(
                                        "td",
                                        () -> page.mark(
                                                mark(finding.status()),
                                                finding.status().name()));
                                page.element("td", finding.check());
                                page.element("td", finding.detail(), "class", "wide");
                                page.element(
                                        "td", () -> finding.mend().ifPresent(command -> page.element("code", command)));
                            });
                        }
                    });
        });
    }

    private static Mark mark(HealthStatus status) {
        return switch (status) {
            case UP -> Mark.GOOD;
            case DEGRADED -> Mark.WARN;
            case DOWN -> Mark.BAD;
        };
    }

    private void keys() {
        page.section("Keys", () -> {
            if (report.keys().isEmpty()) {
                page.element("p", "There are none.");
            } else {
                page.table(
                        "Usable keys; days left and objections on " + report.asOf(),
                        keyColumns(),
                        () -> report.keys().forEach(this::key));
                fingerprints();
            }
            if (!report.unusable().isEmpty()) {
                page.table("Keys that cannot be used", List.of("Key", "Problem", "Why"), () -> {
                    for (UnusableKey key : report.unusable()) {
                        page.row(List.of(key.id().value(), key.problem().name(), key.reason()));
                    }
                });
            }
        });
    }

    private void fingerprints() {
        page.element("details", () -> {
            page.element("summary", "Fingerprints");
            page.table("SHA-256 of the public keys (SubjectPublicKeyInfo)", List.of("Key", "SHA-256"), () -> {
                for (KeyMetadata key : report.metadata()) {
                    page.row(() -> {
                        page.element("th", key.id().value(), "scope", "row");
                        page.element("td", () -> page.element("code", key.fingerprint()));
                    });
                }
            });
        });
    }

    private List<String> keyColumns() {
        List<String> columns = new ArrayList<>(
                List.of("Key", "Kind", "State", "Objections", "Ring", "Kept", "Created", "Signs until", "Days left"));
        report.use().ifPresent(use -> columns.add("Signatures"));
        return columns;
    }

    private void key(JudgedKey judged) {
        KeyMetadata key = judged.key();
        page.row(() -> {
            page.element("th", key.id().value(), "scope", "row");
            page.element("td", key.spec().name());
            page.element("td", () -> page.mark(mark(key), StateWords.of(key)));
            page.element("td", () -> objections(judged), "class", "wide");
            page.element(
                    "td",
                    key.ring()
                            .map(position -> position.ring() + "/" + position.generation())
                            .orElse("–"));
            page.element("td", key.protection().name());
            page.element("td", Times.day(key.created()));
            page.element("td", key.signUntil().map(Times::day).orElse("–"));
            page.element(
                    "td", judged.daysLeft().isPresent() ? "" + judged.daysLeft().getAsLong() : "–");
            report.use()
                    .ifPresent(use -> page.element("td", "" + use.total(key.id().value())));
        });
    }

    private void objections(JudgedKey judged) {
        if (judged.objections().isEmpty()) {
            page.mark(judged.maySign() ? Mark.GOOD : Mark.NONE, judged.maySign() ? "none" : "does not sign");
        }
        judged.objections()
                .forEach(objection -> page.element("div", () -> {
                    page.mark(Mark.BAD, "no:");
                    page.text(" " + objection);
                }));
    }

    private static Mark mark(KeyMetadata key) {
        if (key.compromisedSince().isPresent()) {
            return Mark.BAD;
        }
        return switch (key.state()) {
            case ACTIVE -> Mark.GOOD;
            case SUSPENDED -> Mark.WARN;
            case COMPROMISED -> Mark.BAD;
            case PRE_ACTIVE, DEACTIVATED, DESTROYED -> Mark.NONE;
        };
    }

    private void rings() {
        page.section("Rings", () -> {
            if (report.rings().isEmpty()) {
                page.element("p", "There are none: nothing is rotated.");
                return;
            }
            Timeline.legend(page);
            report.rings().forEach(this::ring);
        });
    }

    private void ring(RingHistory ring) {
        Timeline timeline = new Timeline(ring, report.made());
        page.element("h3", ring.name());
        page.table(
                "Generations of " + ring.name() + " on a scale from " + timeline.span()
                        + "; the line is the day of the report",
                List.of("Generation", "Key", "Time", "Current from", "Followed", "Signs until", "State"),
                () -> {
                    for (Generation generation : ring.generations()) {
                        page.row(() -> {
                            page.element("th", "" + generation.number(), "scope", "row");
                            page.element("td", generation.key().id().value());
                            page.element("td", () -> timeline.draw(page, generation), "class", "bar");
                            page.element("td", Times.day(generation.begin()));
                            page.element(
                                    "td", generation.followed().map(Times::day).orElse("–"));
                            page.element(
                                    "td",
                                    generation.signsUntil().map(Times::day).orElse("–"));
                            page.element(
                                    "td", () -> page.mark(mark(generation.key()), StateWords.of(generation.key())));
                        });
                    }
                });
    }

    private void kinds() {
        page.section("Algorithms and sizes", () -> {
            List<String> columns = new ArrayList<>(List.of("Kind", "Keys", "Strength", "Quantum computer", "Policy"));
            for (Standard standard : Standard.values()) {
                columns.add(standard.title());
            }
            page.table(
                    "Kinds of keys that are here, judged on " + report.asOf(),
                    columns,
                    () -> report.specs().forEach(this::kind));
            page.element("dl", () -> {
                source("Policy " + report.policy().name(), report.policy().source(KeyPolicy.Rule.ALGORITHMS));
                for (Standard standard : Standard.values()) {
                    source(standard.title(), standard.source());
                }
            });
        });
    }

    private void source(String who, String where) {
        page.element("dt", who);
        page.element("dd", where, "class", "soft");
    }

    private void kind(KeySpec spec) {
        long keys =
                report.keys().stream().filter(key -> key.key().spec() == spec).count();
        boolean allowed = report.policy().refusalToMake(spec, Optional.empty()).isEmpty();
        page.row(() -> {
            page.element("th", spec.name(), "scope", "row");
            page.element("td", "" + keys);
            page.element("td", Standard.securityStrength(spec) + " bits");
            page.element("td", Standard.isQuantumVulnerable(spec) ? "breaks it" : "withstood");
            boolean warned = report.policy().warnOn().contains(spec);
            page.element(
                    "td",
                    () -> page.mark(
                            allowed ? warned ? Mark.WARN : Mark.GOOD : Mark.BAD,
                            allowed ? warned ? "allowed, with a warning" : "allowed" : "not allowed"));
            for (Standard standard : Standard.values()) {
                Verdict verdict = standard.judge(spec, report.asOf());
                page.element("td", () -> page.mark(mark(verdict), verdict.why()), "class", "wide");
            }
        });
    }

    private static Mark mark(Verdict verdict) {
        return switch (verdict.standing()) {
            case ACCEPTABLE -> Mark.GOOD;
            case ENDING -> Mark.WARN;
            case NOT_LISTED -> Mark.NONE;
            case DISALLOWED -> Mark.BAD;
        };
    }

    private void alerts() {
        page.section(
                "Alerts",
                () -> events(
                        AuditEvent.ALERT,
                        "No alert",
                        "The last alerts, the newest first",
                        List.of("Time", "Rule", "Key or ring", "Caller", "What"),
                        alert -> List.of(
                                Times.second(alert.timestamp()),
                                alert.field("rule").orElse("?"),
                                alert.field("key_id")
                                        .or(() -> alert.field("ring"))
                                        .orElse("–"),
                                alert.field("user_id").orElse("–"),
                                alert.field("reason").orElse(""))));
    }

    private void exercises() {
        page.section("Backups and drills", () -> {
            events(
                    AuditEvent.DRILL_PERFORMED,
                    "No drill",
                    "The last drills, the newest first",
                    List.of("Time", "Outcome", "Archive", "Would recover", "Notes", "Would not", "Why"),
                    drill -> List.of(
                            Times.second(drill.timestamp()),
                            drill.field("outcome").orElse("?"),
                            drill.field("archive").orElse("–"),
                            drill.field("ok").orElse("–"),
                            drill.field("notes").orElse("–"),
                            drill.field("failed").orElse("–"),
                            drill.field("reason").orElse("")));
            events(
                    AuditEvent.BACKUP_MADE,
                    "No backup",
                    "The last backups, the newest first",
                    List.of("Time", "Archive", "Keys", "What could not be exported"),
                    backup -> List.of(
                            Times.second(backup.timestamp()),
                            backup.field("archive").orElse("–"),
                            backup.field("keys").orElse("–"),
                            backup.field("lacking").orElse("–")));
            events(
                    AuditEvent.RESTORE_REFUSED,
                    "No refused archive",
                    "Archives that were not restored, the newest first",
                    List.of("Time", "Why"),
                    refusal -> List.of(
                            Times.second(refusal.timestamp()),
                            refusal.field("reason").orElse("")));
        });
    }

    private interface Cells {
        List<String> of(AuditRecord record);
    }

    private void events(AuditEvent event, String none, String caption, List<String> columns, Cells cells) {
        List<AuditRecord> records = report.use().map(use -> use.recent(event)).orElse(List.of());
        if (records.isEmpty()) {
            page.element("p", none + (report.use().isPresent() ? " is on record." : " is known without an audit log."));
        } else {
            page.table(caption, columns, () -> records.forEach(record -> page.row(cells.of(record))));
        }
    }

    private void checklist() {
        page.section(
                "Compliance checklist",
                () -> page.table(
                        "The key management guide's checklist, and what shows each line",
                        List.of("Requirement", "Result", "Evidence, or what is missing"),
                        () -> {
                            for (Checklist.Line line : Checklist.of(report)) {
                                page.row(() -> {
                                    page.element("th", line.requirement(), "scope", "row");
                                    page.element(
                                            "td",
                                            () -> page.mark(
                                                    line.shown() ? Mark.GOOD : Mark.NONE,
                                                    line.shown() ? "shown" : "not shown"));
                                    page.element("td", line.evidence(), "class", "wide");
                                });
                            }
                        }));
    }
}
