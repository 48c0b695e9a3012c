/** What every command has: its declaration, the global options, its entry in the audit log. */
@NullMarked
package dev.chancery.cli.command;

import org.jspecify.annotations.NullMarked;
