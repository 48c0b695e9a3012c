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
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a store in memory holds, for all who have it open. Thread-safe: keys and claims change under one lock, with nothing slow and
 * no caller's code under it; a change is made again where another one came between.
 */
final class InMemoryKeys {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<KeyId, Entry> entries = new ConcurrentHashMap<>();
    private final Map<KeyName, NavigableMap<Long, KeyId>> rings = new HashMap<>();

    /** A key at one moment; compared by identity. */
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
        Entry added = new Entry(id, pair.getPublic(), pair.getPrivate(), attributes);
        if (entries.putIfAbsent(id, added) != null) {
            throw new KeyExistsException(
                    "There is a key '" + id + "' in memory already. It was left alone: choose another name.");
        }
        return added;
    }

    Optional<Entry> find(KeyId id) {
        return Optional.ofNullable(entries.get(id));
    }

    Entry get(KeyId id) {
        return find(id).orElseThrow(() -> new KeyNotFoundException("There is no key '" + id + "' in memory."));
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    Entry update(KeyId id, UnaryOperator<KeyAttributes> change) {
        while (true) {
            Entry old = get(id);
            Entry changed = old.with(change.apply(old.attributes));
            if (entries.replace(id, old, changed)) {
                return changed;
            }
        }
    }

    /** Forgets a key that has never been used and never will be; leaves any other alone. */
    void discard(KeyId id) {
        locked(() -> {
            boolean holder = rings.values().stream().anyMatch(claims -> claims.containsValue(id));
            return entries.computeIfPresent(
                    id, (same, entry) -> entry.attributes.state() == KeyState.PRE_ACTIVE && !holder ? null : entry);
        });
    }

    /** What no message may tell, in Base64. */
    Set<String> privateHalves() {
        return all().stream()
                .flatMap(entry -> Stream.ofNullable(entry.privateKey))
                .map(key -> Base64.getEncoder().encodeToString(key.getEncoded()))
                .collect(Collectors.toSet());
    }

    /** As an accident does; the claims of the key stay. */
    void lose(KeyId id) {
        entries.remove(id);
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
