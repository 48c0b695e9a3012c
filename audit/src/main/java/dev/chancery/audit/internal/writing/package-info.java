/** How a log is opened and written: the chain, its writer, and what a crash has left. */
@NullMarked
package dev.chancery.audit.internal.writing;

import org.jspecify.annotations.NullMarked;
