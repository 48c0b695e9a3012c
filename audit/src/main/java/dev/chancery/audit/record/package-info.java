/** What happened: the events that are recorded, and a record of one. */
@NullMarked
package dev.chancery.audit.record;

import org.jspecify.annotations.NullMarked;
