package dev.chancery.testkit.memory;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.ShowsOrphans;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

@Tag("one-jdk")
class FieldwiseMemoryContractTest extends KeyStoreContract
        implements RefusesImports,
                KeepsStates,
                KeepsRings,
                HoldsClaims,
                SharesRecords,
                RefusesReencryption,
                ShowsOrphans {
    private final String store = "memory-fields:" + UUID.randomUUID();
    private final KeyStoreOptions options =
            KeyStoreOptions.builder().publicArchive(new MapArchive()).build();

    @Override
    public String store() {
        return store;
    }

    @Override
    public KeyStoreProvider provider() {
        return new FieldwiseMemoryProvider();
    }

    @Override
    public KeyStoreOptions options() {
        return options;
    }

    @Override
    public Set<KeySpec> signingSpecs() {
        return Shapes.signingSpecs();
    }

    @Override
    public Set<String> secrets() {
        return Shapes.privateHalves(FieldwiseMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        Shapes.lose(FieldwiseMemoryProvider.PLACES.at(store), key);
    }
}
