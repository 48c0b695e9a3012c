package dev.chancery.spi;

import dev.chancery.key.KeyId;

/** The ability to hand out a backup that only the place itself can read and restore. Thread-safe. */
public interface BacksUpKeys {
    /**
     * Makes a backup, and changes nothing.
     *
     * @param id the key; what the place keeps together with it may be in the backup, too
     * @return the backup, opaque to Chancery
     * @throws dev.chancery.error.KeyNotFoundException if there is no such key
     */
    byte[] backUp(KeyId id);
}
