/** The kinds of keys and signatures there are, and which fit each other. */
@NullMarked
package dev.chancery.algorithm;

import org.jspecify.annotations.NullMarked;
