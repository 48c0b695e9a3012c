package dev.chancery.cli.keys;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.CompromiseReport;
import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.Reason;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.Moment;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.Terminal;
import dev.chancery.key.CompromisedSince;
import dev.chancery.spi.support.Printable;
import java.io.IOException;

/** The emergency procedure, in one call. */
public final class CompromiseCommand extends Command {
    private static final String UNKNOWN = "UNKNOWN";

    private final KeyArgument id = new KeyArgument(this);
    private final Argument<CompromisedSince> since = option(
            "--since",
            "WHEN",
            CompromisedSince.class,
            CompromiseCommand::doubt,
            "The first moment of doubt, or UNKNOWN, which is the default. " + Moment.FORMS);
    private final Argument<Boolean> plain = plain();
    private final Argument<Boolean> json = json();

    public CompromiseCommand(GlobalOptions options) {
        super(options, "Takes a key out of service for ever, replaces it in its ring, and says what is left to do.");
        example("chancery compromise release-2026-11 --since 2026-11-23");
        footer("Run it again to finish what failed: exit status 3.");
    }

    @Override
    public Integer call() throws IOException {
        CompromisedSince doubt = since.value().orElse(CompromisedSince.UNKNOWN);
        Terminal terminal = terminal();
        try (KeyStore store = options().open(plain.isSet())) {
            CompromiseReport report = Progress.during(
                    "Replacing " + id.text(),
                    terminal,
                    () -> store.compromise(id.require(store), doubt, Reason.of(options())));
            if (json.isSet()) {
                terminal.json(generator -> write(generator, report));
            } else {
                print(report, terminal);
                options()
                        .auditLog()
                        .ifPresent(log ->
                                terminal.line("What it has signed: chancery audit impact " + log + " " + report.key()
                                        + doubt.instant()
                                                .map(time -> " --since " + time)
                                                .orElse("")));
            }
            return report.isComplete() ? ExitStatus.DONE : ExitStatus.FAILED;
        }
    }

    /** Audit never holds up what takes a key out of service. */
    @Override
    public boolean waitsForAudit() {
        return false;
    }

    private static CompromisedSince doubt(String text) {
        return text.equalsIgnoreCase(UNKNOWN) ? CompromisedSince.UNKNOWN : CompromisedSince.at(Moment.parse(text));
    }

    private static void print(CompromiseReport report, Terminal terminal) {
        for (CompromiseReport.Step step : report.steps()) {
            String mark = step.done() ? terminal.good("done  ") : terminal.bad("FAILED");
            terminal.out().println(mark + " " + Printable.line(step.what() + ": " + step.detail()));
        }
        report.replacement().ifPresent(key -> terminal.line("Current key: " + key));
        report.leftToDo().forEach(left -> terminal.line("Left to do: " + left));
    }

    private static void write(JsonGenerator generator, CompromiseReport report) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("id", report.key().value());
        generator.writeStringField("compromisedSince", report.since().toString());
        generator.writeBooleanField("complete", report.isComplete());
        if (report.replacement().isPresent()) {
            generator.writeStringField("replacement", report.replacement().get().value());
        }
        generator.writeArrayFieldStart("steps");
        for (CompromiseReport.Step step : report.steps()) {
            generator.writeStartObject();
            generator.writeStringField("what", step.what());
            generator.writeBooleanField("done", step.done());
            generator.writeStringField("detail", step.detail());
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.writeArrayFieldStart("leftToDo");
        for (String left : report.leftToDo()) {
            generator.writeString(left);
        }
        generator.writeEndArray();
        generator.writeEndObject();
    }
}
