/** What an archive holds, verified whole. */
@NullMarked
package dev.chancery.backup.internal.contents;

import org.jspecify.annotations.NullMarked;
