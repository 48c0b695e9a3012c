package dev.chancery.testkit.memory;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.spi.Service;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keys, and beside them their fields and the names that lead to them, touched under one lock alone. */
final class FieldwisePlace extends MemoryPlace {
    final Map<KeyId, Map<String, String>> fields = new HashMap<>();
    final Map<KeyName, KeyId> names = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    FieldwisePlace(String location) {
        super(location);
    }

    /** Takes several steps as one, once the keys whose time is over have left, with all that named them. */
    <T extends @Nullable Object> T runLocked(Instant now, Supplier<T> steps) {
        lock.lock();
        try {
            keys.values()
                    .removeIf(key -> key.service() instanceof Service.Leaving leaving
                            && leaving.when().filter(now::isBefore).isEmpty());
            pairs.keySet().retainAll(keys.keySet());
            fields.keySet().retainAll(keys.keySet());
            names.values().retainAll(keys.keySet());
            holders.values().retainAll(keys.keySet());
            return steps.get();
        } finally {
            lock.unlock();
        }
    }

    Optional<KeyName> nameOf(KeyId id) {
        return names.entrySet().stream()
                .filter(named -> named.getValue().equals(id))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
