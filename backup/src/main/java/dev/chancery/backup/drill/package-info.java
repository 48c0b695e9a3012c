/** Restoring an archive for trial. */
@NullMarked
package dev.chancery.backup.drill;

import org.jspecify.annotations.NullMarked;
