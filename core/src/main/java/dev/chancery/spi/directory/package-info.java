/** What a place keeps beside its keys where it has no room for it: records and claims, in a directory. */
@NullMarked
package dev.chancery.spi.directory;

import org.jspecify.annotations.NullMarked;
