/** Backup, restore and drill. */
@NullMarked
package dev.chancery.backup;

import org.jspecify.annotations.NullMarked;
