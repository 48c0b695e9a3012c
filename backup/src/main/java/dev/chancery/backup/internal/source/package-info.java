/** What goes into an archive. */
@NullMarked
package dev.chancery.backup.internal.source;

import org.jspecify.annotations.NullMarked;
