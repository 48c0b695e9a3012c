/** The layout of a directory of keys, as docs/providers/file.md draws it. */
@NullMarked
package dev.chancery.backup.internal.layout;

import org.jspecify.annotations.NullMarked;
