package dev.chancery.provider.pkcs11;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyStoreOptions;
import dev.chancery.spi.support.SecretSources;
import java.nio.file.Path;
import java.util.Optional;

/** Where the PIN comes from, in the order of {@link SecretSources}; the configured file is that of {@code pin-source}. */
final class Pin {
    private final KeyStoreOptions options;
    private final SecretSources sources;

    Pin(KeyStoreOptions options, Optional<Path> file) {
        this.options = options;
        this.sources = new SecretSources(
                "PIN", "chancery-pin", file, "CHANCERY_TOKEN_PIN_FILE", "CHANCERY_TOKEN_PIN", options.environment());
    }

    /**
     * The PIN, for the caller to wipe.
     *
     * @param token the token's label, for the callback
     * @throws ConfigurationException if a file is named and holds none
     * @throws KeyAccessException if the file can be read by others, or not by this process
     */
    Optional<char[]> find(String token) {
        return sources.find(() -> options.pins().flatMap(source -> source.pin(token)));
    }
}
