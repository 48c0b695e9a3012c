/** Whether an audit log can do its work: what core's health cannot know. */
@NullMarked
package dev.chancery.audit.health;

import org.jspecify.annotations.NullMarked;
