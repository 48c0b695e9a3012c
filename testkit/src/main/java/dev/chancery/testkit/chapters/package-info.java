/** Chapters of the contract: rules that a store owes for what it can do, or for what it lacks. */
@NullMarked
package dev.chancery.testkit.chapters;

import org.jspecify.annotations.NullMarked;
