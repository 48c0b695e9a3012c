/** The thread that tells sinks and anchors. */
@NullMarked
package dev.chancery.audit.internal.sinks;

import org.jspecify.annotations.NullMarked;
