/** Keeps signing keys, signs with them: what an application touches. */
@NullMarked
package dev.chancery;

import org.jspecify.annotations.NullMarked;
