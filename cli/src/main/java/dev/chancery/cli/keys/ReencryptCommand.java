package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.io.IOException;

/** Writes a private key again in the strongest form. */
public final class ReencryptCommand extends Command {
    private final KeyArgument id = new KeyArgument(this);
    private final Argument<Boolean> json = json();

    public ReencryptCommand(GlobalOptions options) {
        super(
                options,
                "Writes a private key again in the strongest form that the store knows, with the passphrase that is configured now, and prints its id.");
        example("chancery reencrypt release-2026-11 --passphrase-file passphrase.txt");
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = options().open()) {
            KeyId key = id.require(store);
            KeyMetadata rewritten = Progress.during("Encrypting " + key, terminal(), () -> store.reencrypt(key));
            NewKey.print(rewritten, json, terminal());
        }
        return ExitStatus.DONE;
    }
}
