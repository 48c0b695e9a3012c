/** The {@code chancery} command. */
@NullMarked
package dev.chancery.cli;

import org.jspecify.annotations.NullMarked;
