/** Tells people what happened to keys and rings. */
@NullMarked
package dev.chancery.notify;

import org.jspecify.annotations.NullMarked;
