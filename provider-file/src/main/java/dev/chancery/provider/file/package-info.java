/** Keys in a directory: what core opens, and the steps that it takes there. */
@NullMarked
package dev.chancery.provider.file;

import org.jspecify.annotations.NullMarked;
