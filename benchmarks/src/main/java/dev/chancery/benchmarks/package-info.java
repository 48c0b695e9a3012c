/** Speed, measured side by side with peers. */
@NullMarked
package dev.chancery.benchmarks;

import org.jspecify.annotations.NullMarked;
