package dev.chancery.testkit.memory;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;

/**
 * Opens stores in this process that keep keys as Azure Key Vault does: {@code memory-versions:} is a new one each time,
 * {@code memory-versions:<name>} the same one for all who open it. A key is a version of a name, and no version can be deleted; record and
 * service are written in one call, and the last writer wins; generations cannot be claimed, so core elects; ECDSA signatures come as
 * r and s. For tests; nothing protects the private keys.
 */
public final class VersionedMemoryProvider implements KeyStoreProvider {
    static final NamedPlaces<MemoryPlace> PLACES = new NamedPlaces<>("memory-versions", MemoryPlace::new);

    /** For {@link java.util.ServiceLoader}. */
    public VersionedMemoryProvider() {}

    @Override
    public String scheme() {
        return "memory-versions";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return new VersionedMemory(PLACES.at(config.uri()), config.localKeys());
    }
}
