package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Pem;
import java.io.IOException;

/** Prints the public half, for those who verify without the store. */
public final class PublicKeyCommand extends Command {
    private final KeyArgument id = new KeyArgument(this);

    public PublicKeyCommand(GlobalOptions options) {
        super(options, "Prints a key's public half as SPKI PEM.");
        example("chancery public-key release > release.pem");
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = options().open()) {
            terminal()
                    .out()
                    .print(Pem.publicKey(store.get(id.find(store, terminal())).publicKey()));
        }
        return ExitStatus.DONE;
    }
}
