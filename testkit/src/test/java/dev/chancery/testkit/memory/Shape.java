package dev.chancery.testkit.memory;

import dev.chancery.spi.next.KeyStoreProvider;

/** The shapes that core's protocols are tested on. */
@SuppressWarnings("ImmutableEnumChecker") // the providers hold no state of their own
enum Shape {
    LOCKED(new LockedMemoryProvider()),
    FIELDWISE(new FieldwiseMemoryProvider()),
    VERSIONED(new VersionedMemoryProvider());

    final KeyStoreProvider provider;

    Shape(KeyStoreProvider provider) {
        this.provider = provider;
    }
}
