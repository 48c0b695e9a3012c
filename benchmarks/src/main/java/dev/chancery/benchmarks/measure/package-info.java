/** Samples, their spread, and the report of them. */
@NullMarked
package dev.chancery.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
