/** Commands about the store as a whole, and about what can be opened here. */
@NullMarked
package dev.chancery.cli.store;

import org.jspecify.annotations.NullMarked;
