/**
 * Stores in this process, one for each way in which places keep keys: {@link dev.chancery.testkit.memory.LockedMemoryProvider} compares before it
 * writes, as a directory does; {@link dev.chancery.testkit.memory.FieldwiseMemoryProvider} writes fields, as AWS KMS does its tags;
 * {@link dev.chancery.testkit.memory.VersionedMemoryProvider} writes whole records over versions that stay, as Azure Key Vault does;
 * {@link dev.chancery.testkit.memory.BesideMemoryProvider} writes one record beside the other, as a token's objects are written. They are the
 * shortest examples of a provider, and what core's protocols are tested on. For tests: nothing protects their private keys.
 */
@NullMarked
package dev.chancery.testkit.memory;

import org.jspecify.annotations.NullMarked;
