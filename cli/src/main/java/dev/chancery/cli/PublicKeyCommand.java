package dev.chancery.cli;

import dev.chancery.KeyStore;
import java.io.IOException;

/** Prints the public half, for those who verify without the store. */
final class PublicKeyCommand extends Command {
    private final Argument<String> id = parameter("ID", "A key's id, or a ring's name for its current key.");

    PublicKeyCommand(GlobalOptions options) {
        super(options, "Prints a key's public half as SPKI PEM.");
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = options().open()) {
            terminal()
                    .out()
                    .print(Pem.publicKey(store.get(store.resolve(id.given())).publicKey()));
        }
        return ExitStatus.DONE;
    }
}
