/** What a command reads: its arguments, and files that are named there. */
@NullMarked
package dev.chancery.cli.input;

import org.jspecify.annotations.NullMarked;
