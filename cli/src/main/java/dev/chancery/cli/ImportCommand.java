package dev.chancery.cli;

import dev.chancery.KeyImport;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeyStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes in a private key that another tool made. */
@Command(name = "import", description = "Takes in a private key in PEM, as openssl writes it, and prints its id.")
final class ImportCommand implements Callable<Integer> {
    /** An RSA key of 16,384 bits is 13 KB in PEM. */
    private static final int MAX_BYTES = 1 << 18;

    private final Chancery chancery;

    @Parameters(index = "0", paramLabel = "ID", description = "What to call the key in the store.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The private key, or - for standard input.")
    private String file = "";

    @Option(
            names = "--in-passphrase-file",
            paramLabel = "FILE",
            description = "The first line is the passphrase of the key to import.")
    private @Nullable Path passphraseFile;

    @Option(names = "--ring", paramLabel = "RING", description = "The ring to put the key into.")
    private @Nullable String ring;

    @Mixin
    private final JsonOption json = new JsonOption();

    ImportCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public Integer call() throws IOException {
        KeyName name = new KeyName(id);
        Optional<KeyName> intoRing = Optional.ofNullable(ring).map(KeyName::new);
        try (KeyStore store = chancery.open()) {
            KeyMetadata key = Progress.during("Importing " + name, chancery.terminal(), () -> {
                return store.importKey(read(name, intoRing));
            });
            NewKey.print(key, json, chancery.terminal());
        }
        return ExitStatus.DONE;
    }

    private KeyImport read(KeyName name, Optional<KeyName> intoRing) throws IOException {
        byte[] pem = file.equals(MessageFile.STDIN)
                ? LimitedFile.read(chancery.terminal().in(), "standard input", MAX_BYTES)
                : LimitedFile.read(Path.of(file), MAX_BYTES);
        char[] passphrase = passphraseFile == null ? new char[0] : PassphraseFile.read(passphraseFile);
        try {
            Optional<char[]> given = passphraseFile == null ? Optional.empty() : Optional.of(passphrase);
            return KeyImport.fromPem(name, pem, given, intoRing);
        } finally {
            Arrays.fill(pem, (byte) 0);
            Arrays.fill(passphrase, '\0');
        }
    }
}
