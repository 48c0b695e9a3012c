package dev.chancery.cli.rings;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.EnvFile;
import dev.chancery.cli.input.EnvFileEdit;
import dev.chancery.cli.output.ErrorLine;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Gives a ring its next key. For people, and with --if-due for cron and systemd timers. */
public final class RotateCommand extends Command {
    private static final String CURRENT_KEY = "CRYPTO_CURRENT_KEY_ID";
    private static final String PERIOD = "P12M";
    private static final String LEAD_TIME = "PT0S";

    private final Argument<String> name = parameter("RING", "The ring's name.");
    private final Argument<Boolean> ifDue = flag("--if-due", "Only if the current key's period is over.");
    private final Argument<String> period = option(
            "--period", "P12M", String.class, "How long a key stays current, in ISO-8601. Default: " + PERIOD + ".");
    private final Argument<String> leadTime = option(
            "--lead-time",
            "PT0S",
            String.class,
            "With --if-due: make the next key so long before it is due. Default: " + LEAD_TIME + ".");
    private final Argument<KeySpec> spec =
            option("--spec", "SPEC", KeySpec.class, "The next key's kind. Default: the current key's.");
    private final Argument<Boolean> plain = plain();
    private final Argument<Boolean> json = json();

    public RotateCommand(GlobalOptions options) {
        super(options, "Makes a new key the ring's current one, and prints its id. The old key goes on verifying.");
        example("chancery rotate release --if-due --period P6M");
        footer(
                "With --if-due every instance of a fleet may run it, as often as it likes: all print the same.",
                "With --env-file, CRYPTO_CURRENT_KEY_ID there becomes the current key's id.");
    }

    @Override
    public Integer call() throws IOException {
        if (!ifDue.isSet() && (period.value().isPresent() || leadTime.value().isPresent())) {
            throw misused(
                    "--period and --lead-time say when a key is due, and without --if-due the ring is rotated at once,"
                            + " each time. Add --if-due, or leave them out.");
        }
        RotationPolicy policy = policy();
        try (KeyStore store = options().open(plain.isSet())) {
            Keyring ring = store.ring(name.given());
            if (options().envFile().isPresent()) {
                requireSettable(options().envFile().get());
            }
            Rotation rotation = Progress.during(
                    "Rotating " + name.given(),
                    terminal(),
                    () -> ifDue.isSet() ? ring.rotateIfDue(policy) : ring.rotate(policy));
            print(rotation);
            Optional<Path> envFile = options().envFile();
            return envFile.isEmpty() || isConfigured(envFile.get(), store, rotation)
                    ? ExitStatus.DONE
                    : ExitStatus.FAILED;
        }
    }

    /** Before the ring is rotated: a file that cannot be changed would cost a key each time. */
    private static void requireSettable(Path envFile) throws IOException {
        try {
            EnvFileEdit.requireSettable(envFile, CURRENT_KEY);
        } catch (AccessDeniedException e) {
            throw new ConfigurationException(
                    "The environment file '" + envFile
                            + "' cannot be written by this user, so nothing was rotated. Check its"
                            + " owner and mode, or leave --env-file out and name the ring in the application (CHANCERY_RING).",
                    e);
        }
    }

    /** What is wrong with the file must not look as if the ring had not been rotated: repeating that makes another key. */
    private boolean isConfigured(Path envFile, KeyStore store, Rotation rotation) {
        try {
            configure(envFile, store, rotation);
            return true;
        } catch (IOException | ConfigurationException e) {
            terminal()
                    .error("The ring '" + name.given() + "' has " + rotation.current() + " as its current key, and '"
                            + envFile
                            + "' could not be changed: " + ErrorLine.of(e) + " Set " + CURRENT_KEY + "="
                            + rotation.current() + " there by hand; rotating again would make another key.");
            return false;
        }
    }

    private RotationPolicy policy() {
        try {
            RotationPolicy policy = RotationPolicy.PRODUCTION
                    .withPeriod(Period.parse(period.value().orElse(PERIOD)))
                    .withLeadTime(Duration.parse(leadTime.value().orElse(LEAD_TIME)));
            return spec.value().map(policy::withNextSpec).orElse(policy);
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
            terminal()
                    .error("The key that " + CURRENT_KEY + " names in '" + envFile + "' is not of the ring '"
                            + name.given() + "', so the file was left alone.");
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
        if (!json.isSet()) {
            terminal().line(rotation.current().value());
            return;
        }
        terminal().json(generator -> {
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
