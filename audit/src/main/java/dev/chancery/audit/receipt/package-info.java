/** Receipts: what proves one record of a log to a recipient who has neither the log nor its key. */
@NullMarked
package dev.chancery.audit.receipt;

import org.jspecify.annotations.NullMarked;
