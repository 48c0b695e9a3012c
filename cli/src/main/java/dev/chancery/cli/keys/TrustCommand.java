package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;

/** Confirms that a public half is a key's own, where no signature proves it. */
public final class TrustCommand extends Command {
    private final KeyArgument id = new KeyArgument(this);
    private final Argument<String> fingerprint = requiredOption(
            "--fingerprint",
            "SHA-256",
            "The fingerprint of its public half, 64 hexadecimal digits, as the key's owner told it. What the store shows is"
                    + " what is in doubt.");
    private final Argument<Boolean> json = json();

    public TrustCommand(GlobalOptions options) {
        super(options, "Confirms the fingerprint of an unproven key, so that it verifies.");
        example("chancery trust release --fingerprint \"$(cat release.sha256)\"");
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = options().open()) {
            NewKey.print(store.trust(id.require(store), fingerprint.given()), json, terminal());
        }
        return ExitStatus.DONE;
    }
}
