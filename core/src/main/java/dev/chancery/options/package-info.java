/** How a store is opened, and what an application gives it to work with. */
@NullMarked
package dev.chancery.options;

import org.jspecify.annotations.NullMarked;
