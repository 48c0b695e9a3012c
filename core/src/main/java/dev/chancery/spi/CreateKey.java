package dev.chancery.spi;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyName;
import dev.chancery.KeySpec;

/**
 * An order to make a key, decided by core.
 *
 * @param name the name; a backend throws {@link dev.chancery.KeyExistsException} if it is taken
 * @param spec the kind of key
 * @param attributes what to keep with it from the first moment
 */
public record CreateKey(KeyName name, KeySpec spec, KeyAttributes attributes) {}
