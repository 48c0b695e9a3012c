/** The signed statement of a chain's head, who signs it, and where it is anchored. */
@NullMarked
package dev.chancery.audit.checkpoint;

import org.jspecify.annotations.NullMarked;
