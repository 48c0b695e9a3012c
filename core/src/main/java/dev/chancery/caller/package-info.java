/** Who asks: bound to a scope, and handed on between threads. */
@NullMarked
package dev.chancery.caller;

import org.jspecify.annotations.NullMarked;
