/** What a restore is about to do, key by key. */
@NullMarked
package dev.chancery.backup.plan;

import org.jspecify.annotations.NullMarked;
