/** The rules of the contract, by subject. */
@NullMarked
package dev.chancery.testkit.rules;

import org.jspecify.annotations.NullMarked;
