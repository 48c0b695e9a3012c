package dev.chancery.spi;

import dev.chancery.key.KeyId;

/** The ability to write a private key again in the strongest form that the place knows. Thread-safe. */
public interface ReencryptsKeys {
    /**
     * Writes the key again, wholly or not at all.
     *
     * @param id the key
     * @return the key as it is now
     */
    StoredKey reencrypt(KeyId id);
}
