package dev.chancery.testkit.memory;

import dev.chancery.key.KeyId;
import dev.chancery.spi.records.KeyRecord;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keys, and beside each of them one record or several, as writers that had not seen each other left them. Thread-safe. */
final class BesidePlace extends MemoryPlace {
    private final Map<KeyId, NavigableMap<String, KeyRecord>> records = new ConcurrentHashMap<>();

    BesidePlace(String location) {
        super(location);
    }

    /** The records of a key by their handles. */
    NavigableMap<String, KeyRecord> records(KeyId id) {
        return records.computeIfAbsent(id, unseen -> new ConcurrentSkipListMap<>());
    }
}
