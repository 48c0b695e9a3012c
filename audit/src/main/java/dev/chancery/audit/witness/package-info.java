/** Witnesses, who cosign how far the log's own chain has come. */
@NullMarked
package dev.chancery.audit.witness;

import org.jspecify.annotations.NullMarked;
