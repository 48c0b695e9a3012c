package dev.chancery.testkit.memory;

import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.ElectsHolders;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.LeavesNoOrphans;
import dev.chancery.testkit.RefusesImports;
import dev.chancery.testkit.RefusesReencryption;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

@Tag("one-jdk")
class VersionedMemoryContractTest extends KeyStoreContract
        implements RefusesImports, KeepsStates, KeepsRings, ElectsHolders, RefusesReencryption, LeavesNoOrphans {
    private final String store = "memory-versions:" + UUID.randomUUID();

    @Override
    protected String store() {
        return store;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new VersionedMemoryProvider();
    }

    @Override
    protected Set<String> secrets() {
        return Shapes.privateHalves(VersionedMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        Shapes.lose(VersionedMemoryProvider.PLACES.at(store), key);
    }
}
