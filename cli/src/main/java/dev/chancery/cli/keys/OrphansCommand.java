package dev.chancery.cli.keys;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.Table;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.Orphan;
import java.io.IOException;
import java.util.List;

/** Shows keys that failed creations left without a name, and removes them where asked. */
public final class OrphansCommand extends Command {
    private final Argument<Boolean> delete =
            flag("--delete", "Schedule their deletion, those of the last 15 minutes excepted.");
    private final Argument<Boolean> json = json();

    public OrphansCommand(GlobalOptions options) {
        super(options, "Lists keys that failed creations left without a name.");
        example("chancery orphans --delete");
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = terminal();
        boolean left = false;
        try (KeyStore store = options().open()) {
            List<Orphan> orphans = Progress.during("Looking for keys without a name", terminal, store::orphans);
            print(orphans, terminal);
            if (delete.isSet()) {
                for (Orphan orphan : orphans) {
                    left |= !tryToRemove(store, orphan, terminal);
                }
            }
        }
        return left ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    /** One that cannot be removed must not keep the others from it. */
    private static boolean tryToRemove(KeyStore store, Orphan orphan, Terminal terminal) {
        try {
            store.removeOrphan(orphan.id());
            return true;
        } catch (ChanceryException e) {
            terminal.error(e.getMessage());
            return false;
        }
    }

    private void print(List<Orphan> orphans, Terminal terminal) throws IOException {
        if (json.isSet()) {
            terminal.json(generator -> {
                generator.writeStartArray();
                for (Orphan orphan : orphans) {
                    write(generator, orphan);
                }
                generator.writeEndArray();
            });
            return;
        }
        Table table = new Table(List.of("ID", "MADE", "FOR", "CREATION"));
        orphans.forEach(orphan -> table.add(List.of(
                orphan.id().value(),
                orphan.created().toString(),
                orphan.claimedName().value(),
                orphan.requestId())));
        table.print(terminal, row -> true);
    }

    private static void write(JsonGenerator json, Orphan orphan) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", orphan.id().value());
        json.writeStringField("created", orphan.created().toString());
        json.writeStringField("claimedName", orphan.claimedName().value());
        json.writeStringField("requestId", orphan.requestId());
        json.writeEndObject();
    }
}
