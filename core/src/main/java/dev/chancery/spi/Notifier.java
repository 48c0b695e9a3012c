package dev.chancery.spi;

import dev.chancery.options.KeyListener;

/** Takes events elsewhere, on a thread of its own. The store that opened it closes it. */
public interface Notifier extends KeyListener, AutoCloseable {

    /** Takes no more events, and waits a limited time for those that are on their way. Safe to call twice. */
    @Override
    void close();
}
