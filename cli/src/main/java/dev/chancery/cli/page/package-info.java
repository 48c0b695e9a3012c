/** Pages for people: one file that needs nothing else. */
@NullMarked
package dev.chancery.cli.page;

import org.jspecify.annotations.NullMarked;
