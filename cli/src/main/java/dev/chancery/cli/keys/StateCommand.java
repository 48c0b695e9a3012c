package dev.chancery.cli.keys;

import dev.chancery.Capability;
import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.Reason;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Brings a key into another state. */
public abstract sealed class StateCommand extends Command {
    private final KeyState to;
    private final KeyArgument id = new KeyArgument(this);
    private final Argument<Boolean> json = json();

    private StateCommand(GlobalOptions options, KeyState to, String description) {
        super(options, description);
        this.to = to;
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = options().open()) {
            KeyId key = id.require(store);
            confirm(store, key, terminal());
            NewKey.print(store.changeState(key, to, Reason.of(options())), json, terminal());
        }
        return ExitStatus.DONE;
    }

    /** Asks, where there is no way back. */
    void confirm(KeyStore store, KeyId key, Terminal terminal) throws IOException {}

    public static final class Suspend extends StateCommand {
        public Suspend(GlobalOptions options) {
            super(options, KeyState.SUSPENDED, "Puts a key on hold: it signs nothing until it is resumed.");
            example("chancery suspend release-2026-11");
        }

        /** Audit never holds up what takes a key out of service. */
        @Override
        public boolean waitsForAudit() {
            return false;
        }
    }

    public static final class Resume extends StateCommand {
        public Resume(GlobalOptions options) {
            super(options, KeyState.ACTIVE, "Lets a key that is on hold sign again.");
            example("chancery resume release-2026-11");
        }
    }

    public static final class Deactivate extends StateCommand {
        public Deactivate(GlobalOptions options) {
            super(options, KeyState.DEACTIVATED, "Retires a key for good: it goes on verifying, and signs no more.");
            example("chancery deactivate release-2026-11");
        }
    }

    public static final class Destroy extends StateCommand {
        private final Argument<Boolean> yes = flag("--yes", "Do not ask.");

        public Destroy(GlobalOptions options) {
            super(
                    options,
                    KeyState.DESTROYED,
                    "Destroys a private key. The public half and the metadata stay, and go on verifying.");
            example("chancery destroy release-2026-11");
        }

        @Override
        void confirm(KeyStore store, KeyId key, Terminal terminal) throws IOException {
            boolean goes = store.capabilities().contains(Capability.DELETE_MATERIAL);
            if (!goes) {
                terminal.err()
                        .println("The material remains in " + store.location()
                                + ", which can only take the key out of service for good.");
            }
            if (yes.isSet()) {
                return;
            }
            terminal.err()
                    .println((goes ? "The private half of " + key + " will be gone" : "Nothing will sign with " + key)
                            + " for ever. Type the key's id to destroy it:");
            String typed = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8)).readLine();
            if (typed == null || !typed.strip().equals(key.value())) {
                throw new ConfigurationException(
                        "That is not the key's id, so nothing was done. Type " + key + ", or give --yes.");
            }
        }
    }
}
