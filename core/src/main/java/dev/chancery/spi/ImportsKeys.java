package dev.chancery.spi;

/** The ability to take in keys that were made elsewhere. Thread-safe. */
public interface ImportsKeys {
    /**
     * Takes a pair in, wholly or not at all.
     *
     * @param order the pair, proven to belong together
     * @return the key as it is now
     * @throws dev.chancery.error.KeyExistsException if the name is taken
     */
    StoredKey importKey(ImportKey order);
}
