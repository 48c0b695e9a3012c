/** The manifest: what an archive says that it holds. */
@NullMarked
package dev.chancery.backup.internal.manifest;

import org.jspecify.annotations.NullMarked;
