/** The forms of a key's record: tags, lines, labels. */
@NullMarked
package dev.chancery.spi.records;

import org.jspecify.annotations.NullMarked;
