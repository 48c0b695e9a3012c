package dev.chancery.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows rings. */
@Command(name = "ring", description = "Shows rings: their current key, and those that were current before.")
final class RingCommand implements Runnable {
    private final Chancery chancery;

    @Spec
    private @Nullable CommandSpec spec;

    RingCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "A word is needed: `ring list` or `ring show RING`.");
    }

    @Command(name = "list", description = "Lists the rings and their current keys.")
    Integer list(@Mixin JsonOption json) throws IOException {
        Terminal terminal = chancery.terminal();
        try (KeyStore store = chancery.open()) {
            List<Keyring> rings = store.rings();
            if (json.wanted) {
                terminal.json(generator -> {
                    generator.writeStartArray();
                    for (Keyring ring : rings) {
                        write(generator, ring);
                    }
                    generator.writeEndArray();
                });
            } else {
                Table table = new Table(List.of("RING", "GENERATION", "CURRENT", "SINCE"));
                rings.forEach(ring -> table.add(row(ring.name().value(), ring.current())));
                table.print(terminal, row -> true);
            }
        }
        return ExitStatus.DONE;
    }

    @Command(name = "show", description = "Shows a ring: its keys, the current one first.")
    Integer show(@Parameters(paramLabel = "RING", description = "The ring's name.") String name, @Mixin JsonOption json)
            throws IOException {
        Terminal terminal = chancery.terminal();
        try (KeyStore store = chancery.open()) {
            Keyring ring = store.ring(name);
            if (json.wanted) {
                terminal.json(generator -> write(generator, ring));
            } else {
                Table table = new Table(List.of("KEY", "GENERATION", "STATE", "SINCE", "SIGNS UNTIL"));
                for (KeyMetadata key : ring.keys()) {
                    table.add(List.of(
                            key.id().value(),
                            generation(key),
                            key.state().name(),
                            since(key),
                            key.signUntil().map(Instant::toString).orElse("-")));
                }
                table.print(terminal, row -> true);
            }
        }
        return ExitStatus.DONE;
    }

    private static List<String> row(String ring, KeyMetadata current) {
        return List.of(ring, generation(current), current.id().value(), since(current));
    }

    private static String generation(KeyMetadata key) {
        return key.ring().map(position -> "" + position.generation()).orElse("-");
    }

    private static String since(KeyMetadata key) {
        return key.signFrom().orElse(key.created()).toString();
    }

    /** The ring's name, its current key's id, and the ids of all its keys, newest first. */
    private static void write(JsonGenerator json, Keyring ring) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", ring.name().value());
        json.writeStringField("current", ring.current().id().value());
        json.writeArrayFieldStart("keys");
        for (KeyMetadata key : ring.keys()) {
            json.writeString(key.id().value());
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
