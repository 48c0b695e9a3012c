package dev.chancery.testkit.memory;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.TakesImports;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

@Tag("one-jdk")
class LockedMemoryContractTest extends KeyStoreContract
        implements TakesImports,
                KeepsStates,
                KeepsRings,
                HoldsClaims,
                SharesRecords,
                RefusesReencryption,
                LeavesNoOrphans {
    private final String store = "memory:" + UUID.randomUUID();

    @Override
    public String store() {
        return store;
    }

    @Override
    public KeyStoreProvider provider() {
        return new LockedMemoryProvider();
    }

    @Override
    public Set<KeySpec> signingSpecs() {
        return Shapes.signingSpecs();
    }

    @Override
    public Set<String> secrets() {
        return Shapes.privateHalves(LockedMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        Shapes.lose(LockedMemoryProvider.PLACES.at(store), key);
    }
}
