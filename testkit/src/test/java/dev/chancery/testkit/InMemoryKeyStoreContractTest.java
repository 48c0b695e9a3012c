package dev.chancery.testkit;

import dev.chancery.spi.KeyStoreProvider;
import java.util.UUID;

class InMemoryKeyStoreContractTest extends KeyStoreContract {
    private final String store = "memory:" + UUID.randomUUID();

    @Override
    protected String store() {
        return store;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new InMemoryKeyStoreProvider();
    }
}
