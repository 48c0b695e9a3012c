/** What opens and closes an archive, what it is called, and what it holds. */
@NullMarked
package dev.chancery.backup.archive;

import org.jspecify.annotations.NullMarked;
