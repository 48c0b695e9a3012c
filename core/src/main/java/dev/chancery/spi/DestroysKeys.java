package dev.chancery.spi;

import dev.chancery.key.KeyId;

/**
 * The ability to destroy private halves. Record and public half stay, unless {@link Traits#withholds} says otherwise. Thread-safe.
 */
public interface DestroysKeys {
    /**
     * Destroys a private half whose record says so already; where the place delays it, begins the delay. Doing it again is no error, and
     * completes what a crash left.
     *
     * @param id the key
     */
    void destroy(KeyId id);
}
