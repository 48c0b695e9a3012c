/** Looks whether a store works: what is configured, what the place says, rings, keys, and a signature of each key that should sign. */
@NullMarked
package dev.chancery.internal.health;

import org.jspecify.annotations.NullMarked;
