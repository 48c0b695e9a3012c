package dev.chancery.testkit.memory;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;

/**
 * Opens stores in this process that keep keys as a PKCS#11 token does: {@code memory-beside:} is a new one each time,
 * {@code memory-beside:<name>} the same one for all who open it. A name is a label, a public half is a thing of its own that another hand can
 * replace, and writers that had not seen each other leave records side by side, which every reader joins. For tests; nothing protects the
 * private keys.
 */
public final class BesideMemoryProvider implements KeyStoreProvider {
    static final NamedPlaces<BesidePlace> PLACES = new NamedPlaces<>("memory-beside", BesidePlace::new);

    /** For {@link java.util.ServiceLoader}. */
    public BesideMemoryProvider() {}

    @Override
    public String scheme() {
        return "memory-beside";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return new BesideMemory(PLACES.at(config.uri()), config.localKeys());
    }
}
