package dev.chancery.spi;

import java.util.function.Function;

/**
 * The entry of a provider module, found with {@link java.util.ServiceLoader} by core. Needs a public no-argument constructor that
 * does nothing.
 */
public interface KeyStoreProvider {
    /**
     * The URI scheme that this provider opens.
     *
     * @return the scheme in lower case, without the colon; two letters at least, as {@code C:\keys} is a path
     */
    String scheme();

    /**
     * Opens a store.
     *
     * @param config the URI and the options
     * @return a backend, ready to work; core closes it
     * @throws dev.chancery.error.ConfigurationException if the URI or an option is wrong
     * @throws dev.chancery.error.KeyAccessException if the place refuses access
     * @throws dev.chancery.error.StoreUnavailableException if the place does not answer
     */
    KeyBackend open(KeyStoreConfig config);

    /**
     * A provider that no service is registered for, as {@link dev.chancery.KeyStores#open(KeyStoreProvider, String, dev.chancery.options.KeyStoreOptions)
     * opening} by way of an application's own client takes one.
     *
     * @param scheme as for {@link #scheme()}
     * @param opening as for {@link #open}
     * @return the provider
     */
    static KeyStoreProvider of(String scheme, Function<KeyStoreConfig, KeyBackend> opening) {
        return new KeyStoreProvider() {
            @Override
            public String scheme() {
                return scheme;
            }

            @Override
            public KeyBackend open(KeyStoreConfig config) {
                return opening.apply(config);
            }
        };
    }
}
