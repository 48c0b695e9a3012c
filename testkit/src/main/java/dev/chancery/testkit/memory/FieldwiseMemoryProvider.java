package dev.chancery.testkit.memory;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;

/**
 * Opens stores in this process that keep keys as AWS KMS does: {@code memory-fields:} is a new one each time, {@code memory-fields:<name>}
 * the same one for all who open it. Ids are not names; a record is a few short fields beside other people's, written one by one; a
 * disabled key keeps its public half back; a destroyed one leaves a week later and then was never there. Each read sees all that was written:
 * {@link dev.chancery.testkit.faults.StaleReads} in front of it makes them as late as its traits allow. For tests; nothing protects the
 * private keys.
 */
public final class FieldwiseMemoryProvider implements KeyStoreProvider {
    static final NamedPlaces<FieldwisePlace> PLACES = new NamedPlaces<>("memory-fields", FieldwisePlace::new);

    /** For {@link java.util.ServiceLoader}. */
    public FieldwiseMemoryProvider() {}

    @Override
    public String scheme() {
        return "memory-fields";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return new FieldwiseMemory(
                PLACES.at(config.uri()), config.localKeys(), config.options().clock());
    }
}
