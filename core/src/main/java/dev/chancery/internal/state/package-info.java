/** What a store said of its keys, judged and kept fresh; how records are written; what stands around each step. */
@NullMarked
package dev.chancery.internal.state;

import org.jspecify.annotations.NullMarked;
