/** The store under test, its clock, and what several of its users do at once. */
@NullMarked
package dev.chancery.testkit.store;

import org.jspecify.annotations.NullMarked;
