package dev.chancery.cli.health;

import dev.chancery.KeyStore;
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
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs every check and tells what is wrong, the worst first, with its cause, its evidence and what mends it. */
public final class DoctorCommand extends Command {
    private final Argument<Boolean> fix = flag(
            "--fix",
            "Mend what is harmless after showing it: modes, left-over private halves, overlaps that are over, missing public halves.");
    private final Argument<Boolean> json = json();

    public DoctorCommand(GlobalOptions options) {
        super(
                options,
                "Tells what is wrong, the worst first, and how to mend it: exit status 0 if nothing is, 1 if something is left, 3 if the store cannot be opened.");
        example("chancery doctor --fix");
        footer("Each key that should sign makes one test signature; an audit log is read whole.");
    }

    /** A diagnosis must be possible where nothing can be put on record; the command sees to its own record. */
    @Override
    public boolean isAudited() {
        return false;
    }

    /** What was found, and whether the store was opened for it. */
    private record Diagnosis(List<Finding> findings, boolean opened) {}

    @Override
    public Integer call() throws IOException {
        Diagnosis found = Progress.during("Looking at the store", terminal(), this::examine);
        if (!found.opened() && mend(found.findings(), null)) {
            found = Progress.during("Looking at the store", terminal(), this::examine);
        }
        report(found);
        return found.findings().isEmpty() ? ExitStatus.DONE : found.opened() ? ExitStatus.NEGATIVE : ExitStatus.FAILED;
    }

    private Diagnosis examine() throws IOException {
        try (Inspection inspection = new Inspection(options(), "doctor", HealthLevel.SIGN, Inspection.Limits.DEFAULT)) {
            List<Finding> findings = inspection.look().open();
            return new Diagnosis(
                    mend(findings, inspection.store()) ? inspection.look().open() : findings, true);
        } catch (IOException | ChanceryException e) {
            return new Diagnosis(List.of(Findings.opening(e)), false);
        }
    }

    /** Mends what is harmless, where that is asked for; whether anything was mended. */
    private boolean mend(List<Finding> findings, @Nullable KeyStore store) throws IOException {
        boolean mended = false;
        for (Finding finding : findings) {
            if (fix.isSet() && Fix.isHarmless(finding, findings)) {
                terminal()
                        .error("mending " + finding.subject() + ", " + finding.check() + ": "
                                + finding.mend().orElse("") + " (" + finding.detail() + ")");
                mended |= isFixed(finding, store);
            }
        }
        return mended;
    }

    private boolean isFixed(Finding finding, @Nullable KeyStore store) throws IOException {
        try {
            Optional<String> failure = Fix.apply(finding, store);
            failure.ifPresent(why -> terminal().error("That failed: " + why));
            return failure.isEmpty();
        } catch (ChanceryException e) {
            terminal().error(ErrorLine.of(e));
            return false;
        }
    }

    private void report(Diagnosis found) throws IOException {
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartArray();
                for (Finding finding : found.findings()) {
                    HealthJson.write(generator, finding, Cause.of(finding));
                }
                generator.writeEndArray();
            });
        } else if (found.findings().isEmpty()) {
            terminal().out().println(terminal().good("Nothing is wrong."));
        } else {
            found.findings().forEach(this::print);
        }
    }

    private void print(Finding finding) {
        Terminal terminal = terminal();
        terminal.out().print(Findings.status(terminal, finding.status()) + "  ");
        terminal.line(finding.subject() + ", " + finding.check());
        Cause.of(finding).ifPresent(cause -> terminal.line("  cause:    " + cause));
        terminal.line("  evidence: " + finding.detail());
        finding.mend().ifPresent(command -> terminal.line("  mend:     " + command));
    }
}
