package dev.chancery.spi;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.files.SecretSources;
import dev.chancery.spi.signing.LocalKeys;
import java.util.Optional;

/**
 * What a provider gets to open a store.
 *
 * @param uri the store's URI as the user wrote it: schemes like {@code pkcs11:} are opaque to {@link java.net.URI}
 * @param options the application's options
 * @param localKeys makes and loads keys that sign in this process
 */
public record KeyStoreConfig(String uri, KeyStoreOptions options, LocalKeys localKeys) {
    /**
     * Looks for a passphrase in the order that all stores have: see {@link SecretSources}.
     *
     * @param id what the application's source is asked for: a key, or what users know a place by that has one passphrase for all its keys
     * @return the passphrase, for the caller to wipe; empty if no source is configured
     * @throws dev.chancery.error.ConfigurationException if a source is configured and holds none
     * @throws dev.chancery.error.KeyAccessException if a file can be read by others, or not by this process
     */
    public Optional<char[]> passphrase(KeyId id) {
        return SecretSources.ofPassphrases(options.passphraseFile(), options.environment())
                .find(() -> options.passphrases().flatMap(source -> source.passphrase(id)));
    }
}
