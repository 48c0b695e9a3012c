/** A signature, and the answer to whether one is right. */
@NullMarked
package dev.chancery.signature;

import org.jspecify.annotations.NullMarked;
