package dev.chancery.cli;

import dev.chancery.KeyStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the public half, for those who verify without the store. */
@Command(name = "public-key", description = "Prints a key's public half as SPKI PEM.")
final class PublicKeyCommand implements Callable<Integer> {
    private final Chancery chancery;

    @Parameters(paramLabel = "ID", description = "A key's id, or a ring's name for its current key.")
    private String id = "";

    PublicKeyCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = chancery.open()) {
            chancery.terminal()
                    .out()
                    .print(Pem.publicKey(store.get(store.resolve(id)).publicKey()));
        }
        return ExitStatus.DONE;
    }
}
