package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;

/** The ID of a command: a key's id, or a ring's name for its current key. A key goes before a ring of the same name, and never silently. */
final class KeyArgument {
    private final Argument<String> id;

    KeyArgument(Command command) {
        id = command.parameter("ID", "A key's id, or a ring's name for its current key.");
    }

    String text() {
        return id.given();
    }

    /** The key, for what only looks at it. */
    KeyId find(KeyStore store, Terminal terminal) {
        return find(id.given(), store, terminal);
    }

    /** As {@link #find(KeyStore, Terminal)}, of an option's text. */
    static KeyId find(String text, KeyStore store, Terminal terminal) {
        KeyId key = store.resolve(text);
        if (isAmbiguous(text, key, store)) {
            terminal.error("warning: '" + text + "' is a key and a ring, and the key was taken. Write "
                    + KeyStore.KEY_PREFIX + text + " or " + KeyStore.RING_PREFIX + text + ".");
        }
        return key;
    }

    /** The key, for what changes it: a name that may mean another one is refused. */
    KeyId require(KeyStore store) {
        String text = id.given();
        KeyId key = store.resolve(text);
        if (isAmbiguous(text, key, store)) {
            throw new ConfigurationException("'" + text + "' is a key and a ring in " + store.location()
                    + ", and nothing was changed. Write " + KeyStore.KEY_PREFIX + text + " for the key, or "
                    + KeyStore.RING_PREFIX + text
                    + " for the ring's current key.");
        }
        return key;
    }

    /** Whether the name means another key, too. A store that does not say it must not keep a key from being taken out of service. */
    private static boolean isAmbiguous(String text, KeyId key, KeyStore store) {
        try {
            return !store.ring(text).current().id().equals(key);
        } catch (ChanceryException noSuchRing) {
            return false;
        }
    }
}
