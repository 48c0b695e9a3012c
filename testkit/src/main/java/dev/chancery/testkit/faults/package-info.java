/**
 * Faults that a store's network, clock or process has, in front of any store: {@link dev.chancery.testkit.faults.FaultyKeyStoreProvider} opens one
 * with a {@link dev.chancery.testkit.faults.Fault} around each call of its backend.
 */
@NullMarked
package dev.chancery.testkit.faults;

import org.jspecify.annotations.NullMarked;
