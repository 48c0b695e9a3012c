/** Rules that decide which keys may be made and used. */
@NullMarked
package dev.chancery.policy;

import org.jspecify.annotations.NullMarked;
