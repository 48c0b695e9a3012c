/** How a log is written, and who hears of its records beside it. */
@NullMarked
package dev.chancery.audit.options;

import org.jspecify.annotations.NullMarked;
