/** Keys in a directory. */
@NullMarked
package dev.chancery.provider.file;

import org.jspecify.annotations.NullMarked;
