package dev.chancery.cli.audit;

import dev.chancery.audit.export.ExportFormat;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.Proof;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Table;
import dev.chancery.error.KeyNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** What a key has signed since some time: what its compromise may have touched. */
final class AuditImpactCommand extends LogCommand {
    private final Argument<String> key = parameter("KEY-ID", "The key's id, or its fingerprint.");
    private final Argument<Instant> since =
            instant("--since", "Only from this instant on: since when the key is in doubt.");
    private final Argument<Boolean> json = alternativeFlag("--json", "Print one JSON value.");
    private final Argument<Boolean> csv =
            alternativeFlag("--csv", "Print all fields of the records, as `audit export` does.");

    AuditImpactCommand(GlobalOptions options) {
        super(
                options,
                "Shows every signature of a key: when, for whom, from where, of what, and what vouches for that.");
        example("chancery audit impact /var/log/chancery release-2026-11 --since 2026-11-23");
        exclusive(json, csv);
    }

    @Override
    public Integer call() throws IOException {
        List<StoredRecord> signatures = new ArrayList<>();
        Set<String> withheld = new HashSet<>();
        AtomicBoolean known = new AtomicBoolean();
        try (Stream<StoredRecord> records = records()) {
            records.filter(this::isOfKey)
                    .peek(any -> known.set(true))
                    .filter(this::isWanted)
                    .forEach(stored -> {
                        if (stored.record().event() == AuditEvent.SIGNATURE_WITHHELD) {
                            withheld.add(
                                    stored.record().field("signature_sha256").orElse(""));
                        } else {
                            signatures.add(stored);
                        }
                    });
        }
        if (!known.get()) {
            throw new KeyNotFoundException("The audit log in " + log() + " knows no key '" + key.given()
                    + "'. `chancery audit show` has the keys' ids and fingerprints.");
        }
        signatures.removeIf(stored ->
                withheld.contains(stored.record().field("signature_sha256").orElse("")));
        if (csv.isSet()) {
            ExportFormat.CSV.write(
                    signatures.stream(),
                    log().toAbsolutePath().normalize().toUri().toString(),
                    terminal().out());
        } else if (json.isSet()) {
            writeJson(signatures);
        } else {
            print(signatures);
        }
        return ExitStatus.DONE;
    }

    private boolean isOfKey(StoredRecord stored) {
        return Stream.of("key_id", "fingerprint")
                .anyMatch(field ->
                        stored.record().field(field).filter(key.given()::equals).isPresent());
    }

    private boolean isWanted(StoredRecord stored) {
        AuditRecord record = stored.record();
        boolean signature =
                record.event() == AuditEvent.SIGNATURE_GENERATED || record.event() == AuditEvent.SIGNATURE_WITHHELD;
        return signature
                && since.value()
                        .filter(from -> record.timestamp().isBefore(from))
                        .isEmpty();
    }

    private void print(List<StoredRecord> signatures) {
        Table table = new Table(List.of("TIME", "RECORD", "PROOF", "CALLER", "ADDRESS", "PURPOSE", "DIGEST"));
        for (StoredRecord stored : signatures) {
            AuditRecord record = stored.record();
            table.add(List.of(
                    record.timestamp().toString(),
                    stored.chain() + "/" + stored.sequence(),
                    stored.proof().toString(),
                    record.field("user_id").orElse("-"),
                    record.field("ip_address").orElse("-"),
                    record.field("purpose").orElse("-"),
                    record.field("digest").orElse("-")));
        }
        table.print(terminal(), row -> !row.get(2).equals(Proof.UNPROVEN.toString()));
        long unproven = signatures.stream()
                .filter(stored -> stored.proof() == Proof.UNPROVEN)
                .count();
        terminal()
                .line(signatures.size() + " signatures" + (unproven > 0 ? ", " + unproven + " of them unproven" : ""));
    }

    private void writeJson(List<StoredRecord> signatures) throws IOException {
        terminal().json(generator -> {
            generator.writeStartArray();
            for (StoredRecord stored : signatures) {
                generator.writeStartObject();
                generator.writeNumberField("chain", stored.chain());
                generator.writeNumberField("sequence", stored.sequence());
                generator.writeStringField("proof", stored.proof().toString());
                generator.writeStringField(
                        "timestamp", stored.record().timestamp().toString());
                for (String field : List.of(
                        "user_id",
                        "ip_address",
                        "user_agent",
                        "correlation_id",
                        "purpose",
                        "algorithm",
                        "digest",
                        "signature_sha256")) {
                    if (stored.record().field(field).isPresent()) {
                        generator.writeStringField(
                                field, stored.record().field(field).get());
                    }
                }
                generator.writeEndObject();
            }
            generator.writeEndArray();
        });
    }
}
