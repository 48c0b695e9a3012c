/** What surrounds the library: services on the class path or module path, and environment variables. */
@NullMarked
package dev.chancery.internal.discovery;

import org.jspecify.annotations.NullMarked;
