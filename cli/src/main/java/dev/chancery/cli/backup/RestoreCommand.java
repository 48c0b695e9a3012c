package dev.chancery.cli.backup;

import dev.chancery.KeyStore;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.backup.Restore;
import dev.chancery.backup.plan.RestoreStep;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Restores keys from an archive. */
public final class RestoreCommand extends ArchiveCommand {
    /** URIs of stores that are no directory; a drive of Windows has one letter. */
    private static final Pattern ELSEWHERE = Pattern.compile("(?!file:)[A-Za-z][A-Za-z0-9+.-]+:.*");

    private final Argument<String> archive = parameter("FILE", "The archive.");
    private final Argument<String> into =
            option("--into", "URI", String.class, "The directory of keys that it goes into. Default: the store.");
    private final Argument<List<String>> keys =
            options("--key", "ID", "Restore this key alone. May be given several times.");
    private final Argument<Boolean> dryRun =
            flag("--dry-run", "Verify the archive and print what would be done, key by key.");
    private final OpeningOptions opening = new OpeningOptions(this);
    private final Argument<Boolean> json = json();

    public RestoreCommand(GlobalOptions options) {
        super(
                options,
                "Restores keys: none that differs is overwritten, and none comes back younger than it is known to be.");
        helpWith("chancery restore archive.gpg --passphrase-file secret --dry-run");
    }

    @Override
    public Integer call() throws IOException {
        Path file = Path.of(archive.given());
        if (into.value().filter(name -> ELSEWHERE.matcher(name).matches()).isPresent()) {
            throw noDirectory(Printable.of(into.given())); // and is not even opened
        }
        Optional<KeyStore> target = openIfThere(into.value());
        Optional<KeyStore> live =
                into.value().isPresent() && options().namesStore() ? openIfThere(Optional.empty()) : Optional.empty();
        try {
            Restore restore = Restore.of(file, opening.key(file), directory(target))
                    .only(keys.value().map(Set::copyOf).orElse(Set.of()))
                    .recording(dryRun.isSet() ? record -> {} : options()::append);
            auditKey().ifPresent(restore::signedBy);
            target.ifPresent(restore::knowing);
            live.ifPresent(restore::knowing);
            Optional<Path> log = knowingLog(opening.log());
            if (log.isPresent()) {
                try (Stream<StoredRecord> records = records(log.get())) {
                    restore.knowing(records);
                }
            }
            if (log.isEmpty() && target.isEmpty() && live.isEmpty()) {
                terminal()
                        .error(
                                "hint: Neither a store nor an audit log was asked what has become of these keys since; --store and --log name them.");
            }
            AtomicInteger count = new AtomicInteger();
            restore.telling(count::set);
            Restore.Plan plan = Progress.during(
                    (dryRun.isSet() ? "Verifying " : "Restoring ") + file,
                    terminal(),
                    count,
                    () -> dryRun.isSet() ? restore.plan() : restore.run());
            print(plan);
            return plan.isComplete() ? ExitStatus.DONE : ExitStatus.NEGATIVE;
        } finally {
            target.ifPresent(KeyStore::close);
            live.ifPresent(KeyStore::close);
        }
    }

    private static Path directory(Optional<KeyStore> target) {
        String location = target.map(KeyStore::location)
                .orElseThrow(() -> new ConfigurationException(
                        "The store that is restored into cannot be opened. Name a directory: --into."));
        if (!location.startsWith("file:")) {
            throw noDirectory(location);
        }
        return Path.of(URI.create(location));
    }

    private static ConfigurationException noDirectory(String location) {
        return new ConfigurationException(
                "Keys are restored into a directory, and " + location
                        + " is none. Restore into one, `chancery restore FILE --into DIR`, and bring each key from there to where it belongs: `chancery import ID DIR/private/ID.pem --store URI`. States, marks and rings: docs/backup.md.");
    }

    private void print(Restore.Plan plan) throws IOException {
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartObject();
                generator.writeStringField("archive", plan.archive().value());
                if (plan.origin().isPresent()) {
                    generator.writeStringField("origin", plan.origin().get());
                }
                generator.writeStringField("signature", plan.signature());
                generator.writeBooleanField("done", !dryRun.isSet());
                generator.writeArrayFieldStart("steps");
                for (RestoreStep step : plan.steps()) {
                    generator.writeStartObject();
                    generator.writeStringField("name", step.name());
                    generator.writeStringField("action", step.action().name());
                    generator.writeStringField("what", step.what());
                    generator.writeEndObject();
                }
                generator.writeEndArray();
                generator.writeArrayFieldStart("leftOut");
                for (String name : plan.leftOut()) {
                    generator.writeString(name);
                }
                generator.writeEndArray();
                generator.writeEndObject();
            });
            return;
        }
        terminal()
                .line("Archive " + plan.archive() + ". "
                        + plan.origin().map(origin -> "Of " + origin + ". ").orElse("") + signature(plan.signature()));
        for (RestoreStep step : plan.steps()) {
            String action = step.action().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String padded = action + " ".repeat(Math.max(0, 9 - action.length()));
            boolean bad = step.action() == RestoreStep.Action.REFUSE || step.action() == RestoreStep.Action.LEAVE_OUT;
            terminal()
                    .out()
                    .println((bad ? terminal().bad(padded) : terminal().good(padded)) + " "
                            + Printable.line(step.name() + ": " + step.what()));
        }
        List<String> others = plan.leftOut();
        if (!others.isEmpty()) {
            terminal()
                    .line("Left out, for they have no place in a directory of keys: " + others.size()
                            + " files, such as " + others.get(0) + ".");
        }
    }

    private static String signature(String found) {
        return switch (found) {
            case "SIGNED" -> "Its manifest is signed by the audit key.";
            case "UNCHECKED" -> "Its manifest is signed, and there is no audit key here to check that with.";
            case "UNSIGNED" -> "Its manifest is not signed.";
            default -> "It has no manifest: others than Chancery made it.";
        };
    }
}
