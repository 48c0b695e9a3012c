package dev.chancery.spi;

import dev.chancery.key.KeyId;

/**
 * The ability to take a key out of service in the place itself, so that nothing signs with it, and to put it back. Core decides which of the
 * two, and when. Doing again what is done already is no error. Thread-safe. Where {@link Traits#switchesWithRecord()}, core calls
 * {@link KeepsRecords#put} instead.
 */
public interface SwitchesKeys {
    /**
     * Takes a key out of service.
     *
     * @param id the key
     */
    void disable(KeyId id);

    /**
     * Puts a key back into service.
     *
     * @param id the key
     * @throws dev.chancery.error.KeyStateException if the place does not let it, and what to do
     */
    void enable(KeyId id);
}
