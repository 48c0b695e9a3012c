package dev.chancery.cli.health;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ErrorLine;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.TypeConversionException;

/** Says whether the store works, for people, for programs and for Prometheus. */
public final class HealthCommand extends Command {
    private static final int EVERY_SECONDS = 30;

    private final Argument<HealthLevel> level = option(
            "--level",
            "LEVEL",
            HealthLevel.class,
            "config: what needs no key. read (default): each key that should sign may. sign: it does, once.");
    private final Argument<Boolean> json = alternativeFlag("--json", "Print one JSON value.");
    private final Argument<Boolean> prometheus = alternativeFlag(
            "--prometheus", "Print Prometheus' text format, for the node exporter's textfile collector.");
    private final Argument<Boolean> watch = flag("--watch", "Look again and again, and print what has changed.");
    private final Argument<Integer> every = option(
            "--every",
            "SECONDS",
            Integer.class,
            "With --watch: the pause between looks. Default: " + EVERY_SECONDS + ".");
    private final Argument<Duration> maxAge = option(
            "--max-age",
            "TIME",
            Duration.class,
            HealthCommand::time,
            "How old the last backup and the last drill on record may be. Default: P35D.");
    private final Argument<Duration> anchorAge = option(
            "--anchor-age",
            "TIME",
            Duration.class,
            HealthCommand::time,
            "How far the audit log's anchor may stay behind its last record. Default: P1D, a day.");

    public HealthCommand(GlobalOptions options) {
        super(
                options,
                "Looks whether the store works: exit status 0 if all is up, 1 if anything is degraded or down, 3 if it could not be asked.");
        exclusive(json, prometheus);
        example("chancery health --level sign");
        footer("With an audit log, it is looked at, too: level sign reads all of it and compares it with the store.");
    }

    static Duration time(String text) {
        try {
            Duration time = Duration.parse(text);
            if (time.isNegative() || time.isZero()) {
                throw new TypeConversionException("'" + text + "' is no time that something may be old");
            }
            return time;
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is no time, as P1D or PT12H are");
        }
    }

    /** A look must be possible where nothing can be put on record; the command sees to its own record. */
    @Override
    public boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() throws IOException {
        if (every.value().isPresent() && (!watch.isSet() || every.given() < 1)) {
            throw misused("--every says how many seconds, 1 at least, --watch waits between looks.");
        }
        HealthLevel wanted = level.value().orElse(HealthLevel.READ);
        Inspection opened;
        try {
            opened = new Inspection(options(), "health", wanted, limits());
        } catch (IOException | ChanceryException e) {
            terminal().error(ErrorLine.of(e));
            if (prometheus.isSet()) {
                // A series that ends is no alarm; one that is 0 is.
                print(new HealthReport(options().namedStore(), Instant.now(), wanted, List.of(Findings.opening(e))));
            }
            return ExitStatus.FAILED;
        }
        try (Inspection inspection = opened) {
            return look(inspection);
        }
    }

    private Inspection.Limits limits() {
        Inspection.Limits usual = Inspection.Limits.DEFAULT;
        return new Inspection.Limits(
                anchorAge.value().orElse(usual.anchor()), maxAge.value().orElse(usual.exercise()));
    }

    private int look(Inspection inspection) throws IOException {
        HealthReport before = null;
        while (true) {
            HealthReport report = Progress.during("Looking at the store", terminal(), inspection::look);
            if (before == null || !states(report).equals(states(before))) {
                print(report);
            }
            before = report;
            if (!watch.isSet() || !sleep()) {
                return report.status() == HealthStatus.UP ? ExitStatus.DONE : ExitStatus.NEGATIVE;
            }
        }
    }

    private record State(Object subject, String check, HealthStatus status) {}

    private static List<State> states(HealthReport report) {
        return report.findings().stream()
                .map(finding -> new State(finding.subject(), finding.check(), finding.status()))
                .toList();
    }

    /** Whether to look again: an interrupt ends the watch. */
    private boolean sleep() {
        try {
            TimeUnit.SECONDS.sleep(every.value().orElse(EVERY_SECONDS));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void print(HealthReport report) throws IOException {
        Terminal terminal = terminal();
        if (json.isSet()) {
            terminal.json(generator -> HealthJson.write(generator, report));
        } else if (prometheus.isSet()) {
            terminal.out().print(PrometheusText.of(report));
        } else {
            terminal.out()
                    .println(Findings.status(terminal, report.status()) + "  " + terminal.strong(report.store())
                            + " at " + report.at());
            for (Finding finding : report.findings()) {
                Findings.print(terminal, finding);
            }
        }
    }
}
