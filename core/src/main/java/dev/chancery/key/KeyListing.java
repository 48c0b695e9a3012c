package dev.chancery.key;

import java.util.List;

/**
 * All keys of a store, as one look found them. Immutable.
 *
 * @param usable the usable keys in every state, ordered by id
 * @param unusable damaged keys, keys of unsupported kinds and keys out of reach, ordered by id
 */
public record KeyListing(List<KeyMetadata> usable, List<UnusableKey> unusable) {
    /** Keeps copies. */
    public KeyListing {
        usable = List.copyOf(usable);
        unusable = List.copyOf(unusable);
    }
}
