package dev.chancery.testkit.memory;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.LocalKeys;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Core's keys, of which each scene gets the same pairs in the same order: one is made, and proven, once for thousands of scenes. Thread-safe. */
final class ReadyKeys {
    private record Turn(KeySpec spec, int number) {}

    private static final Map<Turn, KeyPair> PAIRS = new ConcurrentHashMap<>();
    private static final Map<PublicKey, LocalKey> LOADED = new ConcurrentHashMap<>();

    private final AtomicInteger taken = new AtomicInteger();

    /** The same places, where keys come from here. */
    KeyStoreProvider in(KeyStoreProvider provider) {
        return KeyStoreProvider.of(
                provider.scheme(),
                config -> provider.open(new KeyStoreConfig(config.uri(), config.options(), of(config.localKeys()))));
    }

    private LocalKeys of(LocalKeys keys) {
        return new LocalKeys() {
            @Override
            public KeyPair generate(KeySpec spec) {
                return PAIRS.computeIfAbsent(
                        new Turn(spec, taken.getAndIncrement()), turn -> keys.generate(turn.spec()));
            }

            @Override
            public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
                return LOADED.computeIfAbsent(publicKey, half -> keys.load(privateKey, half, description));
            }
        };
    }
}
