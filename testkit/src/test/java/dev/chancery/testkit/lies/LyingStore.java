package dev.chancery.testkit.lies;

import dev.chancery.KeyId;
import dev.chancery.KeySpec;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.LocalKey;
import dev.chancery.spi.LocalKeys;
import dev.chancery.testkit.InMemoryKeyStoreProvider;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** One store, as all its openings share it: a store in memory, the lie told of it, and what a liar needs to know. */
final class LyingStore {
    private final Optional<Lie> lie;

    /** Of the liar that locks. */
    final ReentrantLock lock = new ReentrantLock();

    private final String memory;
    private final Map<PublicKey, KeyPair> pairs = new ConcurrentHashMap<>();
    private final Set<KeyId> lost = ConcurrentHashMap.newKeySet();

    LyingStore(Optional<Lie> lie, String memory) {
        this.lie = lie;
        this.memory = memory;
    }

    KeyBackend open(KeyStoreConfig config) {
        KeyBackend honest = memory(memory, config);
        return lie.map(told -> told.open(this, honest, config)).orElseGet(() -> new HonestBackend(this, honest));
    }

    /** Another store in memory, in which nothing is. */
    KeyBackend openEmpty(KeyStoreConfig config) {
        return memory("memory:", config);
    }

    private KeyBackend memory(String uri, KeyStoreConfig config) {
        return new InMemoryKeyStoreProvider()
                .open(new KeyStoreConfig(uri, config.options(), new Eavesdropping(config.localKeys())));
    }

    boolean isLost(KeyId id) {
        return lost.contains(id);
    }

    void lose(KeyId id) {
        lost.add(id);
    }

    KeyPair pairOf(PublicKey key) {
        return pairs.get(key);
    }

    Set<String> secrets() {
        return pairs.values().stream()
                .map(pair ->
                        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()))
                .collect(Collectors.toSet());
    }

    /** Keeps a copy of each pair that is made here. */
    private final class Eavesdropping implements LocalKeys {
        private final LocalKeys keys;

        Eavesdropping(LocalKeys keys) {
            this.keys = keys;
        }

        @Override
        public KeyPair generate(KeySpec spec) {
            KeyPair pair = keys.generate(spec);
            pairs.put(pair.getPublic(), pair);
            return pair;
        }

        @Override
        public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
            return keys.load(privateKey, publicKey, description);
        }
    }
}
