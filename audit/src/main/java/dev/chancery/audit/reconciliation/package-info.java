/** Compares what a log says of keys with what a store does. */
@NullMarked
package dev.chancery.audit.reconciliation;

import org.jspecify.annotations.NullMarked;
