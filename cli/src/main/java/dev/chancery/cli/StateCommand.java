package dev.chancery.cli;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyId;
import dev.chancery.KeyState;
import dev.chancery.KeyStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a key into another state. */
abstract sealed class StateCommand implements Callable<Integer> {
    private final Chancery chancery;
    private final KeyState to;

    @Parameters(paramLabel = "ID", description = "A key's id, or a ring's name for its current key.")
    private String id = "";

    @Mixin
    private final ReasonOption reason = new ReasonOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    private StateCommand(Chancery chancery, KeyState to) {
        this.chancery = chancery;
        this.to = to;
    }

    @Override
    public Integer call() throws IOException {
        try (KeyStore store = chancery.open()) {
            KeyId key = store.resolve(id);
            confirm(key, chancery.terminal());
            NewKey.print(store.changeState(key, to, reason.text()), json, chancery.terminal());
        }
        return ExitStatus.DONE;
    }

    /** Asks, where there is no way back. */
    void confirm(KeyId key, Terminal terminal) throws IOException {}

    @Command(name = "suspend", description = "Puts a key on hold: it signs nothing until it is resumed.")
    static final class Suspend extends StateCommand {
        Suspend(Chancery chancery) {
            super(chancery, KeyState.SUSPENDED);
        }
    }

    @Command(name = "resume", description = "Lets a key that is on hold sign again.")
    static final class Resume extends StateCommand {
        Resume(Chancery chancery) {
            super(chancery, KeyState.ACTIVE);
        }
    }

    @Command(name = "deactivate", description = "Retires a key for good: it goes on verifying, and signs no more.")
    static final class Deactivate extends StateCommand {
        Deactivate(Chancery chancery) {
            super(chancery, KeyState.DEACTIVATED);
        }
    }

    @Command(
            name = "destroy",
            description = "Destroys a private key. The public half and the metadata stay, and go on verifying.")
    static final class Destroy extends StateCommand {
        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        Destroy(Chancery chancery) {
            super(chancery, KeyState.DESTROYED);
        }

        @Override
        void confirm(KeyId key, Terminal terminal) throws IOException {
            if (yes) {
                return;
            }
            terminal.err()
                    .println("The private half of " + key + " will be gone for ever. Type the key's id to destroy it:");
            String typed = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8)).readLine();
            if (typed == null || !typed.strip().equals(key.value())) {
                throw new ConfigurationException(
                        "That is not the key's id, so nothing was done. Type " + key + ", or give --yes.");
            }
        }
    }
}
