package dev.chancery.testkit.faults;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Opens stores with faults in front of them. The scheme {@code faulty:} leads to the openings that {@link #uri} has described in this process:
 *
 * <pre>{@code
 * String uri = FaultyKeyStoreProvider.uri(new LockedMemoryProvider(), "memory:one", LostAnswer.ofChange(2));
 * KeyStore keys = KeyStores.open(uri, options);
 * }</pre>
 */
public final class FaultyKeyStoreProvider implements KeyStoreProvider {
    private static final Map<String, Function<KeyStoreConfig, KeyBackend>> OPENINGS = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public FaultyKeyStoreProvider() {}

    /**
     * Describes an opening.
     *
     * @param provider what opens the store
     * @param uri the store's own URI
     * @param faults what stands in front of it, the outermost first
     * @return the URI of the store behind its faults
     */
    public static String uri(KeyStoreProvider provider, String uri, Fault... faults) {
        List<Fault> outermostFirst = List.of(faults);
        String faulty = "faulty:" + UUID.randomUUID();
        OPENINGS.put(faulty, config -> {
            KeyBackend backend = provider.open(new KeyStoreConfig(uri, config.options(), config.localKeys()));
            for (int i = faults.length - 1; i >= 0; i--) {
                backend = FaultyBackend.of(backend, outermostFirst.get(i));
            }
            return backend;
        });
        return faulty;
    }

    @Override
    public String scheme() {
        return "faulty";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        Function<KeyStoreConfig, KeyBackend> opening = OPENINGS.get(config.uri());
        if (opening == null) {
            throw new ConfigurationException(
                    "No test has described the store '" + config.uri() + "': ask FaultyKeyStoreProvider.uri for one.");
        }
        return opening.apply(config);
    }
}
