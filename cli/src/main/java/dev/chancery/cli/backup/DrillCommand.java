package dev.chancery.cli.backup;

import dev.chancery.KeyStore;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.backup.Retention;
import dev.chancery.backup.drill.Drill;
import dev.chancery.backup.drill.DrillReport;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.OutputFile;
import dev.chancery.cli.output.Progress;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Restores an archive for trial. */
public final class DrillCommand extends ArchiveCommand {
    private final Argument<String> archive = optionalParameter("FILE", "The archive.");
    private final Argument<Path> latest =
            option("--latest", "DIR", Path.class, "Take the newest archive of a directory that backup writes to.");
    private final OpeningOptions opening = new OpeningOptions(this);
    private final Argument<Path> page = option("--page", "FILE", Path.class, "Write the report as a page, too.");
    private final Argument<Path> report = option("--report", "FILE", Path.class, "Write the report as JSON, too.");
    private final Argument<Boolean> json = json();

    public DrillCommand(GlobalOptions options) {
        super(
                options,
                "Restores an archive for trial, in memory: exit status 1 if anything would not recover. Compares with the store where one is named.");
        helpWith("chancery drill --latest /var/backups/keys --page drill.html");
    }

    @Override
    public Integer call() throws IOException {
        Path file = file();
        Drill drill = Drill.of(file, opening.key(file))
                .keyPassphrase(this::keyPassphrase)
                .recording(options()::append);
        auditKey().ifPresent(drill::signedBy);
        Optional<Path> log = knowingLog(opening.log());
        if (log.isPresent()) {
            try (Stream<StoredRecord> records = records(log.get())) {
                drill.withSignaturesOf(records);
            }
        }
        DrillReport done;
        if (options().namesStore()) {
            try (KeyStore live = open(Optional.empty())) {
                done = run(drill.comparedWith(live), file);
            }
        } else {
            done = run(drill, file);
        }
        if (page.value().isPresent()) {
            OutputFile.write(page.given(), DrillPage.of(done));
        }
        if (report.value().isPresent()) {
            OutputFile.write(report.given(), done.json());
        }
        print(done);
        return done.isGood() ? ExitStatus.DONE : ExitStatus.NEGATIVE;
    }

    private DrillReport run(Drill drill, Path file) throws IOException {
        AtomicInteger keys = new AtomicInteger();
        return Progress.during("Drilling " + file, terminal(), keys, drill.telling(keys::set)::run);
    }

    private Path file() throws IOException {
        if (archive.value().isPresent() == latest.value().isPresent()) {
            throw misused("An archive is needed: FILE or --latest DIR.");
        }
        if (archive.value().isPresent()) {
            return Path.of(archive.given());
        }
        return Retention.archives(latest.given()).stream()
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "There is no archive in " + latest.given() + ". `chancery backup --out` makes one there."));
    }

    private void print(DrillReport done) {
        if (json.isSet()) {
            terminal().out().writeBytes(done.json());
            return;
        }
        for (DrillReport.Finding finding : done.findings()) {
            String result =
                    finding.result() + " ".repeat(6 - finding.result().name().length());
            boolean bad = finding.result() == DrillReport.Result.FAILED;
            terminal()
                    .out()
                    .println((bad ? terminal().bad(result) : terminal().good(result)) + " "
                            + Printable.line(finding.subject() + " " + finding.check() + ": " + finding.what()));
        }
        terminal()
                .line(
                        done.isGood()
                                ? "Everything would recover from archive " + done.archive() + "."
                                : "Not everything would recover from archive " + done.archive() + ": "
                                        + done.count(DrillReport.Result.FAILED) + " findings.");
    }
}
