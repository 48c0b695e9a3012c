/** Commands that look whether the store and its audit log can do their work. */
@NullMarked
package dev.chancery.cli.health;

import org.jspecify.annotations.NullMarked;
