package dev.chancery.testkit.memory;

import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.signing.LocalKey;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** What a place in memory holds, for all who have it open. Thread-safe: each step locks one key. */
class MemoryPlace {
    final String location;
    final Map<KeyId, StoredKey> keys = new ConcurrentHashMap<>();
    final Map<KeyId, KeyPair> pairs = new ConcurrentHashMap<>();
    /** A key is loaded, and its pair proven, once for all openings of the place. */
    final Map<PublicKey, LocalKey> loaded = new ConcurrentHashMap<>();

    final Map<RingPosition, KeyId> holders = new ConcurrentHashMap<>();

    MemoryPlace(String location) {
        this.location = location;
    }

    /** Changes a key while no other step does. */
    StoredKey change(KeyId id, UnaryOperator<StoredKey> step) {
        StoredKey changed = keys.computeIfPresent(id, (same, key) -> step.apply(key));
        if (changed == null) {
            throw new KeyNotFoundException("There is no key '" + id + "' in " + location + ".");
        }
        return changed;
    }
}
