package dev.chancery.internal;

import dev.chancery.KeyId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of an open store that this process has touched. */
final class KeyHandles {
    private final StoreContext context;
    private final Map<KeyId, KeyHandle> known = new ConcurrentHashMap<>();

    KeyHandles(StoreContext context) {
        this.context = context;
    }

    KeyHandle get(KeyId id) {
        context.requireOpen();
        KeyHandle handle = known.get(id);
        if (handle == null) {
            // Two threads may both read the key: cheaper than holding a map's lock over I/O.
            KeyHandle fresh = new KeyHandle(context, id);
            KeyHandle earlier = known.putIfAbsent(id, fresh);
            handle = earlier == null ? fresh : earlier;
        }
        return handle;
    }
}
