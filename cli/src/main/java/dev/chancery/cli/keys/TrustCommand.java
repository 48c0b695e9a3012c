package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;

/** Confirms that a public half is a key's own, where no signature proves it. */
public final class TrustCommand extends Command {
    private final Argument<String> id = parameter("ID", "A key's id.");
    private final Argument<String> fingerprint = option(
            "--fingerprint",
            "SHA256",
            String.class,
            "The fingerprint of its public half, as the key's owner told it: 64 hexadecimal digits.");
    private final Argument<Boolean> json = json();

    public TrustCommand(GlobalOptions options) {
        super(options, "Confirms the fingerprint of an unproven key, so that it verifies.");
    }

    @Override
    public Integer call() throws IOException {
        String told = fingerprint
                .value()
                .orElseThrow(
                        () -> new ConfigurationException(
                                "Give --fingerprint, from somewhere else than this store: what the store shows is what is in doubt."));
        try (KeyStore store = options().open()) {
            NewKey.print(store.trust(store.resolve(id.given()), told), json, terminal());
        }
        return ExitStatus.DONE;
    }
}
