/** What is known of a key: its name, state, dates, history and mark of compromise. */
@NullMarked
package dev.chancery.key;

import org.jspecify.annotations.NullMarked;
