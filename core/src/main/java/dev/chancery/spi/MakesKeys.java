package dev.chancery.spi;

import dev.chancery.key.KeyId;

/** The ability to make keys in a place. Thread-safe. */
public interface MakesKeys {
    /**
     * Makes a key, wholly or not at all: what a crash leaves is no key of {@link KeyBackend#list}, and {@link FindsOrphans} or the next
     * writer sees to it. The record that it carries has no fingerprint yet. A place in which another hand can replace the public half adds it before the
     * key is whole; else core does with the first change, and lists call the key unproven until then.
     *
     * @param order what to make
     * @return the key as it is now
     * @throws dev.chancery.error.KeyExistsException if the name is taken (where {@link Traits.Names#RING}: never; a new version is added)
     * @throws dev.chancery.error.UnsupportedException if the place makes no such keys, or has no room for the labels
     */
    StoredKey create(CreateKey order);

    /**
     * Removes a candidate that never signed, as one step that excludes a claim of the same key. Core has decided that it may go; the place looks
     * once more, under the same exclusion, that the key holds no generation; a withdrawn record's claims lost their election and hold nothing. Where the place cannot delete, it
     * takes the key out of service for good.
     *
     * @param id the candidate
     * @return whether it is gone; {@code false} if it holds a generation and was left alone
     */
    boolean removeCandidate(KeyId id);
}
