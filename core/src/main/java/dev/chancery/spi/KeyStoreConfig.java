package dev.chancery.spi;

import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.signing.LocalKeys;

/**
 * What a provider gets to open a store.
 *
 * @param uri the store's URI as the user wrote it: schemes like {@code pkcs11:} are opaque to {@link java.net.URI}
 * @param options the application's options
 * @param localKeys makes and loads keys that sign in this process
 */
public record KeyStoreConfig(String uri, KeyStoreOptions options, LocalKeys localKeys) {}
