package dev.chancery.testkit.memory;

import dev.chancery.error.ConfigurationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The places of one scheme, each from its first opening until the process ends. Thread-safe. */
final class NamedPlaces<P> {
    private final String scheme;
    private final Function<String, P> maker;
    private final Map<String, P> named = new ConcurrentHashMap<>();

    /** Makes places with what takes their location. */
    NamedPlaces(String scheme, Function<String, P> maker) {
        this.scheme = scheme;
        this.maker = maker;
    }

    /** The place of that name, or a new one that no other caller can open where there is no name. */
    P at(String uri) {
        if (!uri.matches(scheme + ":[A-Za-z0-9._-]{0,64}")) {
            throw new ConfigurationException("A store in memory is " + scheme + ": or " + scheme
                    + ":<name>, a name of at most 64 of A-Z, a-z, 0-9, '.', '_', '-'.");
        }
        return uri.endsWith(":") ? maker.apply(uri) : named.computeIfAbsent(uri, maker);
    }
}
