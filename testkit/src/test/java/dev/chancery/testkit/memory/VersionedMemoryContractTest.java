package dev.chancery.testkit.memory;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.ElectsHolders;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

@Tag("one-jdk")
class VersionedMemoryContractTest extends KeyStoreContract
        implements RefusesImports, KeepsStates, KeepsRings, ElectsHolders, RefusesReencryption, LeavesNoOrphans {
    private final String store = "memory-versions:" + UUID.randomUUID();

    @Override
    public String store() {
        return store;
    }

    @Override
    public KeyStoreProvider provider() {
        return new VersionedMemoryProvider();
    }

    @Override
    public Set<KeySpec> signingSpecs() {
        return Shapes.signingSpecs();
    }

    @Override
    public Set<String> secrets() {
        return Shapes.privateHalves(VersionedMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        Shapes.lose(VersionedMemoryProvider.PLACES.at(store), key);
    }
}
