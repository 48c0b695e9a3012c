package dev.chancery.cli.rings;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.key.KeyId;
import java.io.IOException;
import java.util.List;

/** Makes a ring of keys that are there. */
final class AdoptCommand extends Command {
    private final Argument<String> name = parameter("RING", "The new ring's name.");
    private final Argument<List<String>> keys = parameters("KEY", "The keys, in any order: their dates count.");
    private final Argument<Boolean> json = json();

    AdoptCommand(GlobalOptions options) {
        super(
                options,
                "Makes a ring of keys that are there, in the order of their dates. The youngest signs from then on, the others verify.");
        example("chancery ring adopt release rsa-2024-01 rsa-2024-02");
        footer(
                "The one before the youngest signs on for the overlap of a rotation. What was interrupted is finished by the same command.");
    }

    /** A ring's name means no key here. */
    private static KeyId exactKey(String text, KeyStore store) {
        return store.resolve(text.startsWith(KeyStore.KEY_PREFIX) ? text : KeyStore.KEY_PREFIX + text);
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = options().open()) {
            List<KeyId> ids =
                    keys.given().stream().map(text -> exactKey(text, store)).toList();
            Keyring ring = Progress.during(
                    "Making the ring " + name.given(), terminal(), () -> store.adopt(name.given(), ids));
            RingCommand.print(ring, json, terminal());
        }
        return ExitStatus.DONE;
    }
}
