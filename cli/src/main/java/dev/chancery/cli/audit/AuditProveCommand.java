package dev.chancery.cli.audit;

import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.receipt.Receipt;
import dev.chancery.audit.receipt.Receipts;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the receipt of one record, for a recipient who has neither the log nor its key. */
final class AuditProveCommand extends LogCommand {
    private static final Pattern RECORD = Pattern.compile("([1-9][0-9]{0,5})/([1-9][0-9]{0,17})");

    private final Argument<String> record = parameter("CHAIN/RECORD", "The record, as `audit show` names it: 1/4.");
    private final Argument<String> key = option(
            "--key",
            "VKEY|FILE",
            String.class,
            "The audit key's verification key, or a file with it. Default: that of the audit key, if there is one here.");
    private final Argument<Boolean> json = json();

    AuditProveCommand(GlobalOptions options) {
        super(options, "Prints a receipt: what proves one record to who has neither the log nor its key.");
        example("chancery audit prove /var/log/chancery 1/4 > contract.receipt");
        footer(
                "`audit check` checks a receipt. A record has one once `audit checkpoint` or the service has put its chain's head on record.");
    }

    @Override
    public Integer call() throws IOException {
        Matcher named = RECORD.matcher(record.given());
        if (!named.matches()) {
            throw misused("A record is named by its chain and number, as `audit show` does: 1/4.");
        }
        Receipt receipt =
                Receipts.of(log(), verificationKey(), Integer.parseInt(named.group(1)), Long.parseLong(named.group(2)));
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartObject();
                generator.writeStringField("receipt", receipt.toString());
                generator.writeEndObject();
            });
        } else {
            // Byte for byte: signatures cover it.
            terminal().out().writeBytes(receipt.toString().getBytes(StandardCharsets.UTF_8));
        }
        return ExitStatus.DONE;
    }

    private VerificationKey verificationKey() throws IOException {
        return key.value().isPresent()
                ? GivenKey.read(key.given())
                : options()
                        .auditKey()
                        .verificationKey()
                        .orElseThrow(() -> new ConfigurationException(
                                "No audit key is here. Name the verification key with --key."));
    }
}
