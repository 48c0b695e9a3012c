package dev.chancery.testkit;

import dev.chancery.KeyId;
import dev.chancery.spi.KeyStoreProvider;
import java.util.Set;
import java.util.UUID;

class InMemoryKeyStoreContractTest extends KeyStoreContract
        implements ImportsKeys, KeepsStates, KeepsRings, RefusesReencryption, LeavesNoOrphans {
    private final String name = UUID.randomUUID().toString();

    @Override
    protected String store() {
        return "memory:" + name;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new InMemoryKeyStoreProvider();
    }

    @Override
    protected Set<String> secrets() {
        return InMemoryKeyStoreProvider.named(name).privateHalves();
    }

    @Override
    public void lose(KeyId key) {
        InMemoryKeyStoreProvider.named(name).lose(key);
    }
}
