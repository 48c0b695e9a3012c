package dev.chancery.cli.rings;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.KeyJson;
import dev.chancery.cli.output.Table;
import dev.chancery.cli.output.Terminal;
import dev.chancery.key.KeyMetadata;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Shows rings, and makes them of keys that are there. */
public final class RingCommand extends Command {

    public RingCommand(GlobalOptions options) {
        super(
                options,
                "Shows rings: their current key, and those that were current before. Makes rings of keys that are there.");
        subcommand("list", new ListRings(options));
        subcommand("show", new ShowRing(options));
        subcommand("adopt", new AdoptCommand(options));
    }

    @Override
    public Integer call() {
        throw misused("A word is needed: `ring list`, `ring show RING` or `ring adopt RING KEY...`.");
    }

    private static final class ListRings extends Command {
        private final Argument<Boolean> json = json();

        ListRings(GlobalOptions options) {
            super(options, "Lists the rings and their current keys.");
            example("chancery ring list");
        }

        @Override
        public Integer call() throws IOException {
            try (KeyStore store = options().open()) {
                List<Keyring> rings = store.rings();
                if (json.isSet()) {
                    terminal().json(generator -> {
                        generator.writeStartArray();
                        for (Keyring ring : rings) {
                            write(generator, ring);
                        }
                        generator.writeEndArray();
                    });
                } else {
                    Table table = new Table(List.of("RING", "GENERATION", "CURRENT", "SINCE"));
                    rings.forEach(ring -> table.add(row(ring.name().value(), ring.current())));
                    table.print(terminal(), row -> true);
                }
            }
            return ExitStatus.DONE;
        }

        private static List<String> row(String ring, KeyMetadata current) {
            return List.of(ring, generation(current), current.id().value(), since(current));
        }
    }

    private static final class ShowRing extends Command {
        private final Argument<String> name = parameter("RING", "The ring's name.");
        private final Argument<Boolean> json = json();

        ShowRing(GlobalOptions options) {
            super(options, "Shows a ring: its keys, the current one first.");
            example("chancery ring show release");
        }

        @Override
        public Integer call() throws IOException {
            try (KeyStore store = options().open()) {
                print(store.ring(name.given()), json, terminal());
            }
            return ExitStatus.DONE;
        }
    }

    /** A ring with all its keys, the current one first. */
    static void print(Keyring ring, Argument<Boolean> json, Terminal terminal) throws IOException {
        if (json.isSet()) {
            terminal.json(generator -> write(generator, ring));
            return;
        }
        Table table = new Table(List.of("KEY", "GENERATION", "STATE", "SINCE", "SIGNS UNTIL"));
        ring.keys().forEach(key -> table.add(row(key)));
        table.print(terminal, row -> true);
    }

    private static List<String> row(KeyMetadata key) {
        return List.of(
                key.id().value(),
                generation(key),
                key.state().name(),
                since(key),
                key.signUntil().map(Instant::toString).orElse("-"));
    }

    private static String generation(KeyMetadata key) {
        return key.ring().map(position -> "" + position.generation()).orElse("-");
    }

    private static String since(KeyMetadata key) {
        return key.signFrom().orElse(key.created()).toString();
    }

    /** The ring's name, its current key's id, and all its keys, newest first. */
    private static void write(JsonGenerator json, Keyring ring) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", ring.name().value());
        json.writeStringField("current", ring.current().id().value());
        json.writeArrayFieldStart("keys");
        for (KeyMetadata key : ring.keys()) {
            KeyJson.write(json, key);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
