package dev.chancery.options;

import dev.chancery.key.KeyId;
import java.util.Optional;

/** Where passphrases of encrypted private keys come from. Called on demand, from any thread. */
@FunctionalInterface
public interface PassphraseSource {

    /**
     * Finds the passphrase of a key.
     *
     * @param id the key; where one passphrase opens all keys of a store, what that store is called
     * @return a fresh array that the caller may wipe, or empty to ask the next source
     */
    Optional<char[]> passphrase(KeyId id);
}
