/** JSON without data binding. */
@NullMarked
package dev.chancery.backup.internal.json;

import org.jspecify.annotations.NullMarked;
