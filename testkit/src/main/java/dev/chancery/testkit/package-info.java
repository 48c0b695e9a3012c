/** What a provider is tested with. */
@NullMarked
package dev.chancery.testkit;

import org.jspecify.annotations.NullMarked;
