/** The way of a signature: for one key, a ring, a name that may move. */
@NullMarked
package dev.chancery.internal.signing;

import org.jspecify.annotations.NullMarked;
