/** Files that are replaced whole and durably, locked among processes, and checked before they are believed. */
@NullMarked
package dev.chancery.spi.files;

import org.jspecify.annotations.NullMarked;
