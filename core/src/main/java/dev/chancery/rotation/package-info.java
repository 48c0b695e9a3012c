/** When a ring gets its next key, and what came of it. */
@NullMarked
package dev.chancery.rotation;

import org.jspecify.annotations.NullMarked;
