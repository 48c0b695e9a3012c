package dev.chancery.internal.lifecycle;

import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyEvent;
import dev.chancery.options.KeyListener;
import dev.chancery.options.KeyStoreOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what happened; what they make of it changes nothing. */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(KeyListener.class);

    private final KeyStoreOptions options;
    private final String location;
    private final List<KeyListener> listeners;

    public Events(KeyStoreOptions options, String location) {
        this.options = options;
        this.location = location;
        this.listeners = new CopyOnWriteArrayList<>(options.listeners());
    }

    public void add(KeyListener listener) {
        listeners.add(listener);
    }

    public void tell(KeyEvent.Type type, KeyMetadata key, String detail) {
        tell(type, Optional.of(key), key.ring().map(RingPosition::ring), detail);
    }

    public void tell(KeyEvent.Type type, Optional<KeyMetadata> key, Optional<KeyName> ring, String detail) {
        KeyEvent event = new KeyEvent(type, options.clock().instant(), location, key, ring, detail);
        for (KeyListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException | Error e) {
                LOG.warn(
                        "A listener failed on {}; nothing else changes: {}",
                        type,
                        listener.getClass().getName(),
                        e);
            }
        }
    }
}
