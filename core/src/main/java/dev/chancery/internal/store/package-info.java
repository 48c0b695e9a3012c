/** An open store as applications have it, and how one is found and opened. */
@NullMarked
package dev.chancery.internal.store;

import org.jspecify.annotations.NullMarked;
