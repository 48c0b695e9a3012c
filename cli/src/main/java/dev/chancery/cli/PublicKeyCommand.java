package dev.chancery.cli;

import dev.chancery.KeyStore;
import java.io.IOException;

/** Prints the public half, for those who verify without the store. */
final class PublicKeyCommand extends Command {
    private final Argument<String> id = parameter("ID", "A key's id, or a ring's name for its current key.");

    PublicKeyCommand(Chancery chancery) {
        super(chancery, "Prints a key's public half as SPKI PEM.");
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = chancery().open()) {
            terminal()
                    .out()
                    .print(Pem.publicKey(store.get(store.resolve(id.given())).publicKey()));
        }
        return ExitStatus.DONE;
    }
}
