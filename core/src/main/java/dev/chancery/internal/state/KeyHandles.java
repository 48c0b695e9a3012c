package dev.chancery.internal.state;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.StoredKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of an open store that this process has touched. */
public final class KeyHandles {
    private final StoreContext context;
    private final Map<KeyId, KeyHandle> known = new ConcurrentHashMap<>();

    KeyHandles(StoreContext context) {
        this.context = context;
    }

    /** What this process knows of a key, without asking the store. */
    public Optional<KeyMetadata> known(KeyId id) {
        return Optional.ofNullable(known.get(id)).map(KeyHandle::lastKnown);
    }

    /** What this process last read of a key and judged usable, without asking the store. */
    public Optional<Snapshot> lastKnown(KeyId id) {
        return Optional.ofNullable(known.get(id)).map(KeyHandle::last);
    }

    /** Has each key read again before it is used next: what it is judged by has changed. */
    public void expire() {
        known.values().forEach(KeyHandle::expire);
    }

    /** Forgets a key whose id was free again, so that another has it now. */
    void forget(KeyId id) {
        known.remove(id);
    }

    /**
     * Takes over what a change through this process made of a key.
     *
     * @param started when the change began
     * @return the key as it is known now: another change may have overtaken this one
     */
    public KeyMetadata take(StoredKey changed, long started) {
        KeyHandle handle = known.get(changed.id());
        return handle == null ? context.judge().snapshot(changed).metadata() : handle.take(changed, started);
    }

    public KeyHandle get(KeyId id) {
        context.requireOpen();
        KeyHandle handle = known.get(id);
        if (handle == null) {
            // Two threads may both read the key: cheaper than holding a map's lock over I/O.
            KeyHandle fresh = new KeyHandle(context, id);
            KeyId own = fresh.lastKnown().id();
            if (!own.equals(id)) {
                return remember(id, own);
            }
            KeyHandle earlier = known.putIfAbsent(id, fresh);
            handle = earlier == null ? fresh : earlier;
        }
        return handle;
    }

    /** A key has one handle for all its names; a name that may move is looked up again each time. */
    private KeyHandle remember(KeyId name, KeyId own) {
        KeyHandle handle = get(own);
        if (!context.backend().follows(name)) {
            known.putIfAbsent(name, handle);
        }
        return handle;
    }
}
