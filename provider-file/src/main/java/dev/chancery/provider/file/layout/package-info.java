/** Where things lie in a directory of keys, and how they are read and written so that no crash leaves half of one. */
@NullMarked
package dev.chancery.provider.file.layout;

import org.jspecify.annotations.NullMarked;
