package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.KeyJson;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.Table;
import dev.chancery.cli.output.Terminal;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Shows all keys, those that must not be used among them. */
public final class ListCommand extends Command {
    private final Argument<Boolean> json = json();

    public ListCommand(GlobalOptions options) {
        super(options, "Lists the keys, also those that must not be used.");
        example("chancery list --json");
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = terminal();
        try (KeyStore store = options().open()) {
            KeyListing keys = Progress.during("Reading the keys", terminal, store::listing);
            List<KeyMetadata> usable = keys.usable();
            List<UnusableKey> unusable = keys.unusable();
            if (json.isSet()) {
                terminal.json(generator -> {
                    generator.writeStartArray();
                    for (KeyMetadata key : usable) {
                        KeyJson.write(generator, key);
                    }
                    for (UnusableKey key : unusable) {
                        KeyJson.write(generator, key);
                    }
                    generator.writeEndArray();
                });
            } else {
                print(usable, unusable, terminal);
            }
        }
        return ExitStatus.DONE;
    }

    private static void print(List<KeyMetadata> usable, List<UnusableKey> unusable, Terminal terminal) {
        List<List<String>> rows = new ArrayList<>();
        usable.forEach(key -> rows.add(row(key)));
        unusable.forEach(
                key -> rows.add(List.of(key.id().value(), "-", key.problem().name(), "-", key.reason())));
        rows.sort(Comparator.comparing(row -> row.get(0)));
        Table table = new Table(List.of("ID", "SPEC", "STATE", "RING", "SIGNS UNTIL"));
        rows.forEach(table::add);
        table.print(terminal, ListCommand::isGood);
    }

    private static List<String> row(KeyMetadata key) {
        return List.of(
                key.id().value(),
                spec(key),
                key.state().name()
                        + (key.proven() ? "" : ", unproven")
                        + (key.leftOver() ? ", private half left" : "")
                        + (key.algorithms().isEmpty() ? ", cannot sign" : ""),
                key.ring()
                        .map(position -> position.ring() + "/" + position.generation())
                        .orElse("-"),
                key.signUntil()
                        .map(until -> LocalDate.ofInstant(until, ZoneOffset.UTC).toString())
                        .orElse("-"));
    }

    /** With what the key may be used for, where that is not all of its kind. */
    private static String spec(KeyMetadata key) {
        boolean confined = !key.algorithms().equals(key.spec().algorithms());
        return key.spec()
                + (confined
                        ? " (" + key.algorithms().stream().map(Enum::name).collect(Collectors.joining(", ")) + ")"
                        : "");
    }

    private static boolean isGood(List<String> row) {
        return row.get(2).equals(KeyState.ACTIVE.name());
    }
}
