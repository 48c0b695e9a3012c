/** What a command writes: to the terminal, to a file, as its exit status. */
@NullMarked
package dev.chancery.cli.output;

import org.jspecify.annotations.NullMarked;
