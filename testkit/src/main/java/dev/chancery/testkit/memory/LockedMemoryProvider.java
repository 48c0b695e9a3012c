package dev.chancery.testkit.memory;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;

/**
 * Opens stores that live in this process: {@code memory:} is a new one each time, {@code memory:<name>} the same one for all
 * who open it, from the first opening until the process ends. Writers compare under a lock, as in a directory. For tests; nothing
 * protects the private keys.
 */
public final class LockedMemoryProvider implements KeyStoreProvider {
    static final NamedPlaces<MemoryPlace> PLACES = new NamedPlaces<>("memory", MemoryPlace::new);

    /** For {@link java.util.ServiceLoader}. */
    public LockedMemoryProvider() {}

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return new LockedMemory(PLACES.at(config.uri()), config.localKeys());
    }
}
