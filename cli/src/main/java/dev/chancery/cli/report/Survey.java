package dev.chancery.cli.report;

import dev.chancery.KeyStore;
import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.cli.command.LogVerification;
import dev.chancery.cli.health.Inspection;
import dev.chancery.cli.output.Progress;
import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.key.KeyListing;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Gathers what a report says from the store and its audit log; nothing is signed. */
final class Survey {
    private final GlobalOptions options;
    private Optional<Use> use = Optional.empty();

    Survey(GlobalOptions options) {
        this.options = options;
    }

    Report take(Instant now, LocalDate asOf) throws IOException {
        KeyPolicy policy = KeyPolicy.named(options.policy());
        try (Inspection inspection = new Inspection(options, "report", HealthLevel.READ, Inspection.Limits.DEFAULT)) {
            KeyStore store = inspection.store();
            KeyListing listing = Progress.during("Reading the keys", options.terminal(), store::listing);
            HealthReport health = Progress.during("Looking at the store", options.terminal(), inspection::look);
            Optional<Path> log = options.auditLog();
            if (log.isPresent()) {
                health = health.with(readLog(log.get(), inspection));
            }
            List<JudgedKey> keys = listing.usable().stream()
                    .map(key -> JudgedKey.of(key, policy, asOf))
                    .toList();
            return new Report(
                    now, asOf, policy, keys, listing.unusable(), RingHistory.of(listing.usable()), health, use);
        }
    }

    private List<Finding> readLog(Path log, Inspection inspection) throws IOException {
        try {
            List<Checkpoint> anchors = LogOptions.anchorFiles(options).stream()
                    .flatMap(file -> Anchors.readEnd(file).stream())
                    .toList();
            AuditReport verified = LogVerification.of(log, Optional.empty(), anchors, options);
            try (Stream<StoredRecord> records = verified.vouchedFor(AuditReader.read(log))) {
                use = Optional.of(Use.of(log, records, inspection.store().location()));
            }
            return inspection.compare(log, verified);
        } catch (ChanceryException | UncheckedIOException e) {
            Finding unread =
                    new Finding("chains", HealthStatus.DOWN, "The audit log cannot be read: " + e.getMessage());
            return List.of(unread.withSubject(Subject.AUDIT)
                    .withMend("chancery audit verify " + ShellWord.quote(log.toString())));
        }
    }
}
