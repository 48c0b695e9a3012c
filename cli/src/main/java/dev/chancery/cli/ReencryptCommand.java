package dev.chancery.cli;

import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes a private key again in the strongest form. */
@Command(
        name = "reencrypt",
        description =
                "Writes a private key again in the strongest form that the store knows, with the passphrase that is"
                        + " configured now, and prints its id.")
final class ReencryptCommand implements Callable<Integer> {
    private final Chancery chancery;

    @Parameters(paramLabel = "ID", description = "A key's id, or a ring's name for its current key.")
    private String id = "";

    @Mixin
    private final JsonOption json = new JsonOption();

    ReencryptCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = chancery.open()) {
            KeyId key = store.resolve(id);
            KeyMetadata rewritten =
                    Progress.during("Encrypting " + key, chancery.terminal(), () -> store.reencrypt(key));
            NewKey.print(rewritten, json, chancery.terminal());
        }
        return ExitStatus.DONE;
    }
}
