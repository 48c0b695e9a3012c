package dev.chancery.testkit.memory;

import dev.chancery.spi.KeyStoreProvider;

/** The shapes that core's protocols are tested on. */
@SuppressWarnings("ImmutableEnumChecker") // the providers hold no state of their own
enum Shape {
    LOCKED,
    FIELDWISE,
    VERSIONED,
    BESIDE;

    KeyStoreProvider provider() {
        return switch (this) {
            case LOCKED -> new LockedMemoryProvider();
            case FIELDWISE -> new FieldwiseMemoryProvider();
            case VERSIONED -> new VersionedMemoryProvider();
            case BESIDE -> new BesideMemoryProvider();
        };
    }
}
