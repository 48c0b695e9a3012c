/** What every provider needs and none should write itself. */
@NullMarked
package dev.chancery.spi.support;

import org.jspecify.annotations.NullMarked;
