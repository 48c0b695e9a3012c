/** Commands about rings. */
@NullMarked
package dev.chancery.cli.rings;

import org.jspecify.annotations.NullMarked;
