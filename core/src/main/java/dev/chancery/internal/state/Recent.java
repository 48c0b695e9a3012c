package dev.chancery.internal.state;

import dev.chancery.key.KeyId;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The records that this process has written a moment ago, which not every reader of the place may see yet. They stand in for an older answer and
 * never for a newer one, and never hide another writer's mark.
 */
final class Recent {
    private final long window;
    private final LongSupplier ticker;
    private final Map<KeyId, Written> records = new ConcurrentHashMap<>();

    private final Map<KeyId, Made> made = new ConcurrentHashMap<>();

    private record Written(KeyRecord record, long nanos) {}

    private record Made(StoredKey key, long nanos) {}

    Recent(Duration settle, LongSupplier ticker) {
        this.window = settle.toNanos();
        this.ticker = ticker;
    }

    void remember(KeyId id, KeyRecord written) {
        if (window > 0) {
            long now = ticker.getAsLong();
            records.values().removeIf(old -> now - old.nanos() > window);
            records.put(id, new Written(written, now));
        }
    }

    Optional<KeyRecord> of(KeyId id) {
        return Optional.ofNullable(records.get(id))
                .filter(written -> ticker.getAsLong() - written.nanos() <= window)
                .map(Written::record);
    }

    /** A key that was made a moment ago, which not every reader finds yet. */
    void rememberMade(StoredKey key) {
        if (window > 0) {
            long now = ticker.getAsLong();
            made.values().removeIf(old -> now - old.nanos() > window);
            made.put(key.id(), new Made(key, now));
        }
    }

    void forgetMade(KeyId id) {
        made.remove(id);
    }

    Optional<StoredKey> made(KeyId id) {
        return Optional.ofNullable(made.get(id))
                .filter(key -> ticker.getAsLong() - key.nanos() <= window)
                .map(Made::key);
    }
}
