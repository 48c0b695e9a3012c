/** What a backend that signs in this process, and core, hand each other: inputs, answers, keys, JCA providers. */
@NullMarked
package dev.chancery.spi.signing;

import org.jspecify.annotations.NullMarked;
