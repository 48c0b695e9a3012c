/** The two encodings of an ECDSA signature. */
@NullMarked
package dev.chancery.internal.ecdsa;

import org.jspecify.annotations.NullMarked;
