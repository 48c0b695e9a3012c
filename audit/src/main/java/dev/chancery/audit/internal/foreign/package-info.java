/** Records the use of stores that are not Chancery's own, and so have no interceptors. */
@NullMarked
package dev.chancery.audit.internal.foreign;

import org.jspecify.annotations.NullMarked;
