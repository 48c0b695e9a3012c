/** Rules that watch the records, and say when something looks wrong. */
@NullMarked
package dev.chancery.audit.alerts;

import org.jspecify.annotations.NullMarked;
