package dev.chancery.cli.health;

import dev.chancery.cli.output.ErrorLine;
import dev.chancery.cli.output.Terminal;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.spi.files.RefusedFileException;

/** Findings for people: a line each, and the command that mends it on another. */
final class Findings {
    private Findings() {}

    static String status(Terminal terminal, HealthStatus status) {
        String padded =
                (status + "        ").substring(0, HealthStatus.DEGRADED.name().length());
        return status == HealthStatus.UP ? terminal.good(padded) : terminal.bad(padded);
    }

    /** That the store could not be opened. */
    static Finding opening(Exception failure) {
        Finding opening = new Finding("opening", HealthStatus.DOWN, ErrorLine.of(failure));
        return failure.getCause() instanceof RefusedFileException refused ? opening.withMend(refused.mend()) : opening;
    }

    static void print(Terminal terminal, Finding finding) {
        terminal.out().print(status(terminal, finding.status()) + "  ");
        terminal.line(finding.subject() + ", " + finding.check() + ": " + finding.detail());
        finding.mend().ifPresent(command -> terminal.line("          mend: " + command));
    }
}
