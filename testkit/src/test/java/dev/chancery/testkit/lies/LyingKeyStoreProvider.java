package dev.chancery.testkit.lies;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens what a test has added: {@code lie:<name>}. */
public final class LyingKeyStoreProvider implements KeyStoreProvider {
    private static final Map<String, LyingStore> STORES = new ConcurrentHashMap<>();

    static String add(String name, LyingStore store) {
        String uri = "lie:" + name;
        STORES.put(uri, store);
        return uri;
    }

    @Override
    public String scheme() {
        return "lie";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return STORES.get(config.uri()).open(config);
    }
}
