/** Reads the records of one chain. */
@NullMarked
package dev.chancery.audit.internal.reading;

import org.jspecify.annotations.NullMarked;
