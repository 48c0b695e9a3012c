package dev.chancery.cli.audit;

import dev.chancery.KeyStore;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.reconciliation.Reconciliation;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares the store with what the log says of its keys. */
final class AuditReconcileCommand extends LogCommand {
    private final Argument<Boolean> json = json();

    AuditReconcileCommand(GlobalOptions options) {
        super(
                options,
                "Compares the --store with an audit log: exit status 1 if keys are older there than the log says, gone, or unknown to it.");
        example("chancery audit reconcile /var/log/chancery");
    }

    @Override
    public Integer call() throws IOException {
        AuditReport report = verify(Optional.empty(), List.of());
        List<Reconciliation.Difference> differences;
        try (KeyStore store = options().open();
                Stream<StoredRecord> records = report.vouchedFor(AuditReader.read(log()))) {
            differences = Reconciliation.of(records, store);
        }
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartArray();
                for (Reconciliation.Difference difference : differences) {
                    generator.writeStartObject();
                    generator.writeStringField("key", difference.key());
                    generator.writeStringField("what", difference.what());
                    generator.writeEndObject();
                }
                generator.writeEndArray();
            });
        } else {
            differences.forEach(
                    difference -> terminal().line(Printable.line(difference.key() + ": " + difference.what())));
        }
        return differences.isEmpty() ? ExitStatus.DONE : ExitStatus.NEGATIVE;
    }
}
