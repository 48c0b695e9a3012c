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
import dev.chancery.testkit.chapters.SharesRecords;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

@Tag("one-jdk")
class BesideMemoryContractTest extends KeyStoreContract
        implements RefusesImports,
                KeepsStates,
                KeepsRings,
                ElectsHolders,
                SharesRecords,
                RefusesReencryption,
                LeavesNoOrphans {
    private final String store = "memory-beside:" + UUID.randomUUID();

    @Override
    public String store() {
        return store;
    }

    @Override
    public KeyStoreProvider provider() {
        return new BesideMemoryProvider();
    }

    @Override
    public Set<KeySpec> signingSpecs() {
        return Shapes.signingSpecs();
    }

    @Override
    public Set<String> secrets() {
        return Shapes.privateHalves(BesideMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        BesideMemoryProvider.PLACES.at(store).records(key).clear();
    }
}
