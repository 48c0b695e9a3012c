package dev.chancery.provider.file.signing;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.files.SecretSources;
import java.util.Optional;

/** Where passphrases come from, in the order of {@link SecretSources}. */
public final class Passphrases {
    private final KeyStoreOptions options;
    private final SecretSources sources;

    public Passphrases(KeyStoreOptions options) {
        this.options = options;
        this.sources = new SecretSources(
                "passphrase",
                "chancery-passphrase",
                options.passphraseFile(),
                "CHANCERY_PASSPHRASE_FILE",
                "CHANCERY_PASSPHRASE",
                options.environment());
    }

    /**
     * The passphrase of a key, for the caller to wipe.
     *
     * @throws ConfigurationException if a source is configured and holds none
     * @throws KeyAccessException if a passphrase file can be read by others, or not by this process
     */
    public Optional<char[]> find(KeyId id) {
        return sources.find(() -> options.passphrases().flatMap(source -> source.passphrase(id)));
    }
}
