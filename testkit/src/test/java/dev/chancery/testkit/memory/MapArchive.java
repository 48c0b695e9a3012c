package dev.chancery.testkit.memory;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.PublicArchive;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Public halves, kept for a test. */
final class MapArchive implements PublicArchive {
    private final Map<KeyId, KeyMetadata> kept = new ConcurrentHashMap<>();

    @Override
    public void put(String store, KeyMetadata key) {
        kept.put(key.id(), key);
    }

    @Override
    public Optional<KeyMetadata> find(String store, KeyId id) {
        return Optional.ofNullable(kept.get(id));
    }
}
