package dev.chancery.testkit;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeyState;
import dev.chancery.RingPosition;
import dev.chancery.spi.Claim;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a store in memory holds, whoever has it open. Thread-safe: one lock, and nothing slow under it. */
final class InMemoryKeys {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<KeyId, Entry> entries = new HashMap<>();
    private final Map<KeyName, NavigableMap<Long, KeyId>> rings = new HashMap<>();

    /** A key at one moment. */
    static final class Entry {
        final KeyId id;
        final PublicKey publicKey;
        final @Nullable PrivateKey privateKey;
        final KeyAttributes attributes;

        Entry(KeyId id, PublicKey publicKey, @Nullable PrivateKey privateKey, KeyAttributes attributes) {
            this.id = id;
            this.publicKey = publicKey;
            this.privateKey = privateKey;
            this.attributes = attributes;
        }

        /** Destroying a key is forgetting its private half. */
        private Entry with(KeyAttributes changed) {
            return new Entry(id, publicKey, changed.state() == KeyState.DESTROYED ? null : privateKey, changed);
        }
    }

    Entry add(KeyId id, KeyPair pair, KeyAttributes attributes) {
        return locked(() -> {
            if (entries.containsKey(id)) {
                throw new KeyExistsException(
                        "There is a key '" + id + "' in memory already. It was left alone: choose another name.");
            }
            Entry added = new Entry(id, pair.getPublic(), pair.getPrivate(), attributes);
            entries.put(id, added);
            return added;
        });
    }

    Optional<Entry> find(KeyId id) {
        return locked(() -> Optional.ofNullable(entries.get(id)));
    }

    Entry get(KeyId id) {
        return find(id).orElseThrow(() -> new KeyNotFoundException("There is no key '" + id + "' in memory."));
    }

    List<Entry> all() {
        return locked(() -> List.copyOf(entries.values()));
    }

    Entry update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return locked(() -> {
            Entry old = get(id);
            Entry changed = old.with(change.apply(old.attributes));
            entries.put(id, changed);
            return changed;
        });
    }

    /** Forgets a key that has never been used and never will be; leaves any other alone. */
    void discard(KeyId id) {
        locked(() -> {
            boolean holder = rings.values().stream().anyMatch(claims -> claims.containsValue(id));
            return entries.computeIfPresent(
                    id, (same, entry) -> entry.attributes.state() == KeyState.PRE_ACTIVE && !holder ? null : entry);
        });
    }

    Claim claim(RingPosition position, KeyId candidate) {
        return locked(() -> {
            get(candidate);
            KeyId earlier = rings.computeIfAbsent(position.ring(), unseen -> new TreeMap<>())
                    .putIfAbsent(position.generation(), candidate);
            return new Claim(position, earlier == null ? candidate : earlier);
        });
    }

    List<Claim> claims(KeyName ring) {
        return locked(() -> rings.getOrDefault(ring, new TreeMap<>()).descendingMap().entrySet().stream()
                .map(held -> new Claim(new RingPosition(ring, held.getKey()), held.getValue()))
                .toList());
    }

    Set<KeyName> rings() {
        return locked(() -> Set.copyOf(rings.keySet()));
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
