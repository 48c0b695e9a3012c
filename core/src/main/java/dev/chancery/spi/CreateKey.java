package dev.chancery.spi;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyName;
import dev.chancery.spi.records.KeyRecord;

/**
 * An order to make a key, decided by core.
 *
 * @param name the name; the ring's where {@link Traits.Names#RING}
 * @param spec the kind of key
 * @param record what to keep with it from the first moment; a place that keeps no records ignores it
 */
public record CreateKey(KeyName name, KeySpec spec, KeyRecord record) {}
