package dev.chancery.testkit.memory;

import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.ClaimsGenerations;
import dev.chancery.testkit.ImportsKeys;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.LeavesNoOrphans;
import dev.chancery.testkit.RefusesReencryption;
import dev.chancery.testkit.SharesRecords;
import java.util.Set;
import java.util.UUID;

class LockedMemoryContractTest extends KeyStoreContract
        implements ImportsKeys,
                KeepsStates,
                KeepsRings,
                ClaimsGenerations,
                SharesRecords,
                RefusesReencryption,
                LeavesNoOrphans {
    private final String store = "memory:" + UUID.randomUUID();

    @Override
    protected String store() {
        return store;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new LockedMemoryProvider();
    }

    @Override
    protected Set<String> secrets() {
        return Shapes.privateHalves(LockedMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        Shapes.lose(LockedMemoryProvider.PLACES.at(store), key);
    }
}
