package dev.chancery.cli.store;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.StateWords;
import dev.chancery.cli.output.Table;
import dev.chancery.cli.output.Terminal;
import dev.chancery.inventory.Inventory;
import dev.chancery.inventory.InventoryRow;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What keys there are, for people, for programs and for the auditor's spreadsheet. */
public final class InventoryCommand extends Command {
    private final Argument<Boolean> json = alternativeFlag("--json", "Print one JSON value.");
    private final Argument<Boolean> csv =
            alternativeFlag("--csv", "Print CSV: key_id,algorithm,size,created,state and more.");

    public InventoryCommand(GlobalOptions options) {
        super(options, "Lists all keys with ring, dates and fingerprint.");
        example("chancery inventory --csv > inventory.csv");
        exclusive(json, csv);
        footer("CHANCERY_INVENTORY=FILE keeps the CSV in a file, current on every change.");
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = terminal();
        try (KeyStore store = options().open()) {
            KeyListing keys = Progress.during("Reading the keys", terminal, store::listing);
            Inventory inventory = Progress.during(
                    "Reading the rings", terminal, () -> Inventory.of(store, keys.usable(), Clock.systemUTC()));
            if (csv.isSet()) {
                terminal.out().print(inventory.csv());
            } else if (json.isSet()) {
                terminal.json(generator -> write(generator, inventory, byId(keys)));
            } else {
                print(inventory, byId(keys), terminal);
            }
            keys.usable().stream()
                    .filter(KeyMetadata::leftOver)
                    .forEach(key -> terminal.error("Key " + key.id()
                            + " is destroyed, and its private half is still there: repeat `chancery destroy " + key.id()
                            + "`."));
            keys.unusable().forEach(key -> terminal.error("Key " + key.id() + " is not listed: " + key.reason()));
        }
        return ExitStatus.DONE;
    }

    /** As all commands spell them; the CSV has the words of its readers. */
    private static Map<KeyId, KeyMetadata> byId(KeyListing keys) {
        return keys.usable().stream().collect(Collectors.toMap(KeyMetadata::id, key -> key));
    }

    private static void print(Inventory inventory, Map<KeyId, KeyMetadata> keys, Terminal terminal) {
        Table table = new Table(List.of("ID", "SPEC", "CREATED", "STATE", "RING", "SIGNS UNTIL", "DAYS LEFT"));
        for (InventoryRow row : inventory.rows()) {
            table.add(List.of(
                    row.id().value(),
                    row.spec().name(),
                    day(row.created()),
                    StateWords.of(Objects.requireNonNull(keys.get(row.id()))),
                    row.ring().map(at -> at.ring() + "/" + at.generation()).orElse("-"),
                    row.signUntil().map(InventoryCommand::day).orElse("-"),
                    row.daysLeft().isPresent() ? "" + row.daysLeft().getAsLong() : "-"));
        }
        table.print(terminal, row -> !StateWords.tellCompromise(row.get(3)));
    }

    private static String day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
    }

    private static void write(JsonGenerator json, Inventory inventory, Map<KeyId, KeyMetadata> keys)
            throws IOException {
        json.writeStartArray();
        for (InventoryRow row : inventory.rows()) {
            json.writeStartObject();
            json.writeStringField("id", row.id().value());
            json.writeStringField("spec", row.spec().name());
            json.writeStringField("algorithm", row.algorithm());
            json.writeNumberField("size", row.size());
            json.writeStringField("created", row.created().toString());
            KeyMetadata key = Objects.requireNonNull(keys.get(row.id()));
            json.writeStringField("state", key.state().name());
            if (key.compromisedSince().isPresent()) {
                json.writeStringField(
                        "compromisedSince", key.compromisedSince().get().toString());
            }
            if (row.ring().isPresent()) {
                json.writeStringField("ring", row.ring().get().ring().value());
                json.writeNumberField("generation", row.ring().get().generation());
            }
            instant(json, "signUntil", row.signUntil());
            if (row.daysLeft().isPresent()) {
                json.writeNumberField("daysLeft", row.daysLeft().getAsLong());
            }
            json.writeStringField("fingerprint", row.fingerprint());
            instant(json, "lastRotation", row.lastRotation());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void instant(JsonGenerator json, String name, Optional<Instant> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        }
    }
}
