/** How core works. Not exported: nobody else's business. */
@NullMarked
package dev.chancery.internal;

import org.jspecify.annotations.NullMarked;
