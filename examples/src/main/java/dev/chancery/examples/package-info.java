/** Small programs that show the library at work. */
@NullMarked
package dev.chancery.examples;

import org.jspecify.annotations.NullMarked;
