/** What Chancery throws on purpose: one class for each thing that a caller would do next. */
@NullMarked
package dev.chancery.error;

import org.jspecify.annotations.NullMarked;
