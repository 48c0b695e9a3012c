package dev.chancery.cli.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.audit.receipt.Receipt;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks a receipt, without the log. */
final class AuditCheckCommand extends Command {
    private static final int LONGEST_RECEIPT = 256 << 10;
    private static final int LONGEST_SIGNATURE = 64 << 10;

    private final Argument<String> receipt = parameter("RECEIPT", "The file with the receipt.");
    private final Argument<String> key =
            requiredOption("--key", "VKEY|FILE", "The verification key of the log, or a file with it.");
    private final Argument<String> log =
            option("--log", "ID", String.class, "The log's id. Default: any log of that key.");
    private final Argument<Path> signature =
            option("--signature", "FILE", Path.class, "A signature: the record must be the one that says it was made.");
    private final Argument<List<String>> witness = options(
            Witnesses.WITNESS,
            "VKEY|FILE",
            "A witness's verification key: the receipt must have its cosignature, and its time counts. May be given several times.");
    private final Argument<Integer> quorum = option(Witnesses.QUORUM, "K", Integer.class, Witnesses.QUORUM_DESCRIPTION);
    private final Argument<Boolean> json = json();

    AuditCheckCommand(GlobalOptions options) {
        super(options, "Checks a receipt of `audit prove`: exit status 0 if it proves its record, 1 if not.");
        example("chancery audit check contract.receipt --key audit.vkey");
    }

    @Override
    public boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() throws IOException {
        VerificationKey verifying = GivenKey.read(key.given());
        Witnesses witnesses = Witnesses.of(this, witness, quorum);
        String text = new String(LimitedFile.read(Path.of(receipt.given()), LONGEST_RECEIPT), StandardCharsets.UTF_8);
        try {
            Receipt parsed = Receipt.parse(text);
            Receipt.Checked checked = parsed.check(verifying, log.value());
            requireSignature(checked);
            print(checked, witnesses, witnessedAt(parsed, witnesses));
            return ExitStatus.DONE;
        } catch (IntegrityException e) {
            printRefusal(e);
            return ExitStatus.NEGATIVE;
        }
    }

    /** Since when the record is proven to have been there, by as many of the witnesses that are named as must have seen it. */
    private static Optional<Instant> witnessedAt(Receipt parsed, Witnesses witnesses) {
        if (witnesses.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> since = parsed.provenAt(witnesses.keys(), witnesses.quorum(), Instant.now());
        if (since.isEmpty()) {
            throw new IntegrityException("This receipt has no cosignatures of " + describe(witnesses) + ".");
        }
        return since;
    }

    private static String describe(Witnesses witnesses) {
        String names = witnesses.keys().stream().map(WitnessKey::name).collect(Collectors.joining(", "));
        return witnesses.quorum() == witnesses.keys().size()
                ? names
                : witnesses.quorum() + " of the witnesses " + names;
    }

    private void requireSignature(Receipt.Checked checked) throws IOException {
        if (signature.value().isPresent()) {
            String hash = Sha256.hex(LimitedFile.read(signature.given(), LONGEST_SIGNATURE));
            if (!checked.record().field("signature_sha256").equals(Optional.of(hash))) {
                throw new IntegrityException("This receipt is not of that signature.");
            }
        }
    }

    private void print(Receipt.Checked checked, Witnesses witnesses, Optional<Instant> since) throws IOException {
        if (json.isSet()) {
            terminal().json(generator -> write(generator, checked, since));
            return;
        }
        terminal().line("proven: record " + checked.sequence() + " of " + checked.origin());
        terminal().line("timestamp=" + checked.record().timestamp());
        terminal().line("event=" + checked.record().event());
        checked.record().forEach((name, value) -> terminal().line(name + "=" + value));
        terminal()
                .line(since.map(time -> "Seen by " + describe(witnesses) + " at " + time + ".")
                        .orElse("The time is what the log's writer said: no witness is named."));
    }

    private static void write(JsonGenerator generator, Receipt.Checked checked, Optional<Instant> since)
            throws IOException {
        generator.writeStartObject();
        generator.writeBooleanField("proven", true);
        if (since.isPresent()) {
            generator.writeStringField("provenAt", since.get().toString());
        }
        generator.writeStringField("origin", checked.origin().toString());
        generator.writeNumberField("sequence", checked.sequence());
        generator.writeObjectFieldStart("record");
        generator.writeStringField("timestamp", checked.record().timestamp().toString());
        generator.writeStringField("event", checked.record().event().name());
        for (Map.Entry<String, Object> field : checked.record().fields().entrySet()) {
            generator.writeStringField(field.getKey(), field.getValue().toString());
        }
        generator.writeEndObject();
        generator.writeEndObject();
    }

    private void printRefusal(IntegrityException refusal) throws IOException {
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartObject();
                generator.writeBooleanField("proven", false);
                generator.writeStringField("reason", refusal.getMessage());
                generator.writeEndObject();
            });
        } else {
            terminal().line("not proven: " + refusal.getMessage());
        }
    }
}
