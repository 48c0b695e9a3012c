/** Tar, written and read with suspicion. */
@NullMarked
package dev.chancery.backup.internal.tar;

import org.jspecify.annotations.NullMarked;
