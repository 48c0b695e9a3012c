/** Who signs and verifies beside whom, and with which keys. */
@NullMarked
package dev.chancery.benchmarks.contenders;

import org.jspecify.annotations.NullMarked;
