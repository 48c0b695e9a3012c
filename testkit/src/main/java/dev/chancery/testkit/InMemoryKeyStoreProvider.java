package dev.chancery.testkit;

import dev.chancery.ConfigurationException;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens stores that live in this process: {@code memory:} is a new one each time, {@code memory:<name>} the same one for all
 * who open it, from the first opening until the process ends. For tests; nothing protects the private keys.
 */
public final class InMemoryKeyStoreProvider implements KeyStoreProvider {
    private static final Pattern FORM = Pattern.compile("memory:([A-Za-z0-9._-]{0,64})");
    private static final Map<String, InMemoryKeys> NAMED = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public InMemoryKeyStoreProvider() {}

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        Matcher form = FORM.matcher(config.uri());
        if (!form.matches()) {
            throw new ConfigurationException(
                    "A store in memory is memory: or memory:<name>, a name of at most 64 of A-Z, a-z, 0-9, '.', '_', '-'.");
        }
        String name = form.group(1);
        InMemoryKeys keys = name.isEmpty() ? new InMemoryKeys() : named(name);
        return new InMemoryKeyBackend("memory:" + name, keys, config.localKeys());
    }

    /** What all who open {@code memory:<name>} share. */
    static InMemoryKeys named(String name) {
        return NAMED.computeIfAbsent(name, unseen -> new InMemoryKeys());
    }
}
