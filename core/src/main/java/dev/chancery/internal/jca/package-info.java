/** Signing and verifying in this process: JCA providers, engines, encodings. Knows keys and no store. */
@NullMarked
package dev.chancery.internal.jca;

import org.jspecify.annotations.NullMarked;
