/** Commands about single keys. */
@NullMarked
package dev.chancery.cli.keys;

import org.jspecify.annotations.NullMarked;
