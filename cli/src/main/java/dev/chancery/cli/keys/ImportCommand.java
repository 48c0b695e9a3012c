package dev.chancery.cli.keys;

import dev.chancery.KeyImport;
import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.input.PassphraseFile;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Takes in a private key that another tool made. */
public final class ImportCommand extends Command {
    /** An RSA key of 16,384 bits is 13 KB in PEM. */
    private static final int MAX_BYTES = 1 << 18;

    private final Argument<String> id = parameter("ID", "What to call the key in the store.");
    private final Argument<String> file = parameter("FILE", "The private key, or - for standard input.");
    private final Argument<Path> passphraseFile = option(
            "--in-passphrase-file",
            "FILE",
            Path.class,
            "The first line is the passphrase of the key to import; an empty file is an empty passphrase.");
    private final Argument<String> ring = option("--ring", "RING", String.class, "The ring to put the key into.");
    private final Argument<Boolean> plain = plain();
    private final Argument<Boolean> json = json();

    public ImportCommand(GlobalOptions options) {
        super(options, "Takes in a private key in PEM, as openssl writes it, and prints its id.");
        example("chancery import release made-elsewhere.pem");
    }

    @Override
    public Integer call() throws IOException {
        KeyName name = new KeyName(id.given());
        Optional<KeyName> intoRing = ring.value().map(KeyName::new);
        try (KeyStore store = options().openOrCreate(plain.isSet())) {
            KeyMetadata key = Progress.during("Importing " + name, terminal(), () -> {
                return store.importKey(read(name, intoRing));
            });
            NewKey.print(key, json, terminal());
        }
        return ExitStatus.DONE;
    }

    private KeyImport read(KeyName name, Optional<KeyName> intoRing) throws IOException {
        byte[] pem = file.given().equals(MessageFile.STDIN)
                ? LimitedFile.read(terminal().in(), "standard input", MAX_BYTES)
                : LimitedFile.read(Path.of(file.given()), MAX_BYTES);
        Optional<Path> source = passphraseFile.value();
        char[] passphrase = source.isPresent() ? PassphraseFile.readEvenEmpty(source.get()) : new char[0];
        try {
            return KeyImport.fromPem(name, pem, source.map(any -> passphrase), intoRing);
        } finally {
            Arrays.fill(pem, (byte) 0);
            Arrays.fill(passphrase, '\0');
        }
    }
}
