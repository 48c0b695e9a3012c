/** Whether a store works, as {@link dev.chancery.KeyStore#health} finds it. */
@NullMarked
package dev.chancery.health;

import org.jspecify.annotations.NullMarked;
