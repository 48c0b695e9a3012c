package dev.chancery.cli;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeySpec;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a ring its next key. For people, and with --if-due for cron and systemd timers. */
@Command(
        name = "rotate",
        description = "Makes a new key the ring's current one, and prints its id. The old key goes on verifying.",
        footer = {
            "",
            "With --if-due every instance of a fleet may run it, as often as it likes: all print the same.",
            "With --env-file, CRYPTO_CURRENT_KEY_ID there becomes the current key's id."
        })
final class RotateCommand implements Callable<Integer> {
    private static final String CURRENT_KEY = "CRYPTO_CURRENT_KEY_ID";

    private final Chancery chancery;

    @Parameters(paramLabel = "RING", description = "The ring's name.")
    private String name = "";

    @Option(names = "--if-due", description = "Only if the current key's period is over.")
    private boolean ifDue;

    @Option(
            names = "--period",
            paramLabel = "P12M",
            description = "How long a key stays current, in ISO-8601. Default: ${DEFAULT-VALUE}.")
    private String period = "P12M";

    @Option(
            names = "--lead-time",
            paramLabel = "PT0S",
            description = "With --if-due: make the next key so long before it is due. Default: ${DEFAULT-VALUE}.")
    private String leadTime = "PT0S";

    @Option(names = "--spec", paramLabel = "SPEC", description = "The next key's kind. Default: the current key's.")
    private @Nullable KeySpec spec;

    @Mixin
    private final JsonOption json = new JsonOption();

    RotateCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public Integer call() throws IOException {
        RotationPolicy policy = policy();
        try (KeyStore store = chancery.open()) {
            Keyring ring = store.ring(name);
            Rotation rotation = Progress.during(
                    "Rotating " + name,
                    chancery.terminal(),
                    () -> ifDue ? ring.rotateIfDue(policy) : ring.rotate(policy));
            Optional<Path> envFile = chancery.envFile();
            if (envFile.isPresent()) {
                configure(envFile.get(), store, rotation);
            }
            print(rotation);
        }
        return ExitStatus.DONE;
    }

    private RotationPolicy policy() {
        try {
            RotationPolicy policy =
                    RotationPolicy.PRODUCTION.withPeriod(Period.parse(period)).withLeadTime(Duration.parse(leadTime));
            return spec == null ? policy : policy.withNextSpec(spec);
        } catch (DateTimeParseException e) {
            throw new ConfigurationException(
                    "'" + e.getParsedString()
                            + "' is no period: write P12M for --period, P7D or PT12H for --lead-time.",
                    e);
        }
    }

    /** Leaves the file alone where it names a key outside this ring. */
    private void configure(Path envFile, KeyStore store, Rotation rotation) throws IOException {
        Optional<String> configured = Optional.ofNullable(EnvFile.read(envFile).get(CURRENT_KEY));
        if (configured.isPresent() && !isOfRing(configured.get(), store, rotation)) {
            chancery.terminal()
                    .error("The key that " + CURRENT_KEY + " names in '" + envFile + "' is not of the ring '" + name
                            + "', so the file was left alone.");
            return;
        }
        EnvFileEdit.set(envFile, CURRENT_KEY, rotation.current().value());
    }

    private static boolean isOfRing(String id, KeyStore store, Rotation rotation) {
        try {
            return store.get(store.resolve(id))
                    .ring()
                    .filter(position -> position.ring().equals(rotation.ring()))
                    .isPresent();
        } catch (KeyNotFoundException e) {
            return true; // a key that is not there is no reason to leave the line as it is
        }
    }

    private void print(Rotation rotation) throws IOException {
        if (!json.wanted) {
            chancery.terminal().line(rotation.current().value());
            return;
        }
        chancery.terminal().json(generator -> {
            generator.writeStartObject();
            generator.writeStringField("ring", rotation.ring().value());
            generator.writeNumberField("generation", rotation.generation());
            generator.writeStringField("current", rotation.current().value());
            if (rotation.previous().isPresent()) {
                generator.writeStringField("previous", rotation.previous().get().value());
            }
            generator.writeStringField("since", rotation.since().toString());
            generator.writeStringField("due", rotation.due().toString());
            generator.writeEndObject();
        });
    }
}
