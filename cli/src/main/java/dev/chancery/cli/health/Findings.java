package dev.chancery.cli.health;

import dev.chancery.cli.output.Terminal;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;

/** Findings for people: a line each, and the command that mends it on another. */
final class Findings {
    private Findings() {}

    static String status(Terminal terminal, HealthStatus status) {
        String padded =
                (status + "        ").substring(0, HealthStatus.DEGRADED.name().length());
        return status == HealthStatus.UP ? terminal.good(padded) : terminal.bad(padded);
    }

    static void print(Terminal terminal, Finding finding) {
        terminal.out().print(status(terminal, finding.status()) + "  ");
        terminal.line(finding.subject() + ", " + finding.check() + ": " + finding.detail());
        finding.mend().ifPresent(command -> terminal.line("          mend: " + command));
    }
}
