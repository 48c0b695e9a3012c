package dev.chancery.cli.audit;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.audit.witness.AuditWitness;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Has a witness cosign how far the log has come. */
final class AuditWitnessCommand extends LogCommand {
    private final Argument<String> url =
            requiredOption("--url", "URL", "Where the witness takes checkpoints: its submission prefix.");
    private final Argument<String> witness =
            requiredOption("--witness", "VKEY|FILE", "The witness's verification key, or a file with it.");
    private final Argument<Boolean> json = json();

    AuditWitnessCommand(GlobalOptions options) {
        super(options, "Has a witness cosign how far the log has come, and prints the cosigned checkpoint.");
        example("chancery audit witness log --url https://w.example --witness w.vkey");
        footer("A witness cosigns no older state of a log that it has seen: run this now and then.");
    }

    @Override
    public Integer call() throws IOException {
        WitnessKey key = GivenKey.readWitness(witness.given());
        Checkpoint cosigned = new AuditWitness(address(), key)
                .cosign(
                        log(),
                        options().auditKey().existing(),
                        LogOptions.of(options()).build());
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartObject();
                generator.writeNumberField("size", cosigned.size());
                generator.writeStringField("witness", key.name());
                generator.writeStringField(
                        "time", cosigned.cosignedBy(key).orElseThrow().toString());
                generator.writeStringField("checkpoint", cosigned.note());
                generator.writeEndObject();
            });
        } else {
            // Byte for byte: signatures cover it.
            terminal().out().writeBytes((cosigned.note() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return ExitStatus.DONE;
    }

    private URI address() {
        try {
            URI address = URI.create(url.given());
            if (address.getHost() != null && String.valueOf(address.getScheme()).startsWith("http")) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--url is no URL.", e);
        }
        throw new ConfigurationException("--url is the http or https URL of a witness.");
    }
}
