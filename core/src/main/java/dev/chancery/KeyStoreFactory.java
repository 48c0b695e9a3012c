package dev.chancery;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;

/**
 * Makes what this package only describes. Core brings the one implementation; {@link KeyStores} and {@link Verifier} find it by its name, so
 * that the packages of the API need none of those that implement them. Applications call {@link KeyStores}. Thread-safe.
 */
public interface KeyStoreFactory {

    /**
     * Opens a store.
     *
     * @param provider what opens the place
     * @param uri the store's URI, of the provider's scheme
     * @param options how to open it
     * @return the open store
     * @throws ConfigurationException if the URI or the options make no sense
     * @throws KeyAccessException if the place wants credentials that are missing or refused
     * @throws StoreUnavailableException if the place does not answer
     */
    KeyStore open(KeyStoreProvider provider, String uri, KeyStoreOptions options);

    /**
     * Makes a verifier for a bare public key.
     *
     * @param key the key
     * @return the verifier
     * @throws UnsupportedException if the key is of no supported kind
     */
    Verifier verifier(PublicKey key);

    /**
     * Which JCA provider signs with local keys of each family.
     *
     * @param pin the provider to use, or empty for the fastest present
     * @return for each family that any serves, the provider's short name and, behind a slash, its JCA name
     * @throws ConfigurationException if there is no such provider
     */
    Map<KeyAlgorithm, String> jcaProviders(Optional<String> pin);
}
