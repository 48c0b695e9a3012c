/** The way of a verification: the signature by the public half, then what the key's state has to say. */
@NullMarked
package dev.chancery.internal.verifying;

import org.jspecify.annotations.NullMarked;
