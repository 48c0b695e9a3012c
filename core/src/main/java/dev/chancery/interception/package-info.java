/** What stands around each step of a store: audit and metrics are made of it. */
@NullMarked
package dev.chancery.interception;

import org.jspecify.annotations.NullMarked;
