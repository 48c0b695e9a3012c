package com.example.session;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.support.Printable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Opens {@code session:NAME}, whose keys live as long as the process; all that open a name see the same keys. */
public final class SessionProvider implements KeyStoreProvider {
    private static final Pattern URI = Pattern.compile("session:[a-z0-9-]+");
    private static final Map<String, Map<KeyId, SessionKey>> PLACES = new ConcurrentHashMap<>();

    @Override
    public String scheme() {
        return "session";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        if (!URI.matcher(config.uri()).matches()) {
            throw new ConfigurationException("'" + Printable.of(config.uri())
                    + "' names no session: write session: and a name of a-z, 0-9 and '-', as session:tests.");
        }
        return new SessionBackend(config.uri(), keys(config.uri()), config);
    }

    static Map<KeyId, SessionKey> keys(String uri) {
        return PLACES.computeIfAbsent(uri, unseen -> new ConcurrentHashMap<>());
    }
}
