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
import dev.chancery.testkit.SharesRecords;
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
    protected String store() {
        return store;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new BesideMemoryProvider();
    }

    @Override
    protected Set<String> secrets() {
        return Shapes.privateHalves(BesideMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        BesideMemoryProvider.PLACES.at(store).records(key).clear();
    }
}
