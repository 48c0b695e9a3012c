package dev.chancery.cli.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.OutputFile;
import dev.chancery.cli.output.Terminal.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Writes what there is to say of the store for auditors: as a page, as JSON, as a bill of materials. */
public final class ReportCommand extends Command {
    private final Argument<Path> out =
            option("--out", "FILE", Path.class, "Where to write it, whole or not at all. Default: standard output.");
    private final Argument<Instant> asOf = instant("--as-of", "Judge the keys by the dates of another day.");
    private final Argument<Boolean> json = alternativeFlag("--json", "One JSON value instead of the page.");
    private final Argument<Boolean> cbom =
            alternativeFlag("--cbom", "The keys as a CycloneDX 1.6 bill of materials instead of the page.");

    public ReportCommand(GlobalOptions options) {
        super(
                options,
                "Writes a page for auditors: keys, rings and their history, use, alerts, drills, open findings, and the compliance checklist with its evidence.");
        exclusive(json, cbom);
        example("chancery report --out report.html --audit /var/log/chancery");
        footer(
                "Nothing is signed. An audit log is read whole, and its directory is named by --audit or CHANCERY_AUDIT.");
    }

    /** A report must be possible where nothing can be put on record; the command sees to its own record. */
    @Override
    public boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() throws IOException {
        boolean page = !json.isSet() && !cbom.isSet();
        if (page && out.value().isEmpty() && terminal().shown()) {
            throw misused("A page is for a browser: name --out FILE.");
        }
        Instant now = Instant.now();
        LocalDate day = LocalDate.ofInstant(asOf.value().orElse(now), ZoneOffset.UTC);
        Report report = new Survey(options()).take(now, day);
        write(page ? ReportPage.of(report) : bytes(json.isSet() ? new ReportJson(report) : new Cbom(report)));
        return ExitStatus.DONE;
    }

    private void write(byte[] content) throws IOException {
        if (out.value().isPresent()) {
            OutputFile.write(out.given(), content);
        } else {
            terminal().out().writeBytes(content);
        }
    }

    private static byte[] bytes(JsonValue value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(bytes)) {
            value.write(generator);
            generator.writeRaw('\n');
        }
        return bytes.toByteArray();
    }
}
