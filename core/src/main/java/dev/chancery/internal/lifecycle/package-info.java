/** How keys come, move from state to state, and follow each other in rings. */
@NullMarked
package dev.chancery.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
