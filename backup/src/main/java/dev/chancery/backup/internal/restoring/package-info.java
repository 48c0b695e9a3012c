/** What becomes of each key of an archive, and how it gets there. */
@NullMarked
package dev.chancery.backup.internal.restoring;

import org.jspecify.annotations.NullMarked;
