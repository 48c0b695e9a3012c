package dev.chancery.testkit.lies;

import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.testkit.OverheardKeys;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One store, as all its openings share it: a store in memory, the lie told of it, and what a liar needs to know. */
final class LyingStore {
    private final Optional<Lie> lie;

    /** What the contract holds; only the liar that locks asks for it. */
    final ReentrantLock lock = new ReentrantLock();

    final OverheardKeys overheard = new OverheardKeys();

    private final String memory;
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
        return new LockedMemoryProvider()
                .open(new KeyStoreConfig(uri, config.options(), overheard.of(config.localKeys())));
    }

    boolean isLost(KeyId id) {
        return lost.contains(id);
    }

    void lose(KeyId id) {
        lost.add(id);
    }
}
