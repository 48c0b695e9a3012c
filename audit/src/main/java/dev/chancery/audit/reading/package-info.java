/** Reads the records of a log. */
@NullMarked
package dev.chancery.audit.reading;

import org.jspecify.annotations.NullMarked;
