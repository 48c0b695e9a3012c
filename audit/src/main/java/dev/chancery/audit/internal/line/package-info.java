/** A record as one line of a log file. */
@NullMarked
package dev.chancery.audit.internal.line;

import org.jspecify.annotations.NullMarked;
