package dev.chancery.testkit.memory;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.ClaimsGenerations;
import dev.chancery.testkit.FindsOrphans;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.RefusesImports;
import dev.chancery.testkit.RefusesReencryption;
import dev.chancery.testkit.SharesRecords;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

@Tag("one-jdk")
class FieldwiseMemoryContractTest extends KeyStoreContract
        implements RefusesImports,
                KeepsStates,
                KeepsRings,
                ClaimsGenerations,
                SharesRecords,
                RefusesReencryption,
                FindsOrphans {
    private final String store = "memory-fields:" + UUID.randomUUID();
    private final KeyStoreOptions options =
            KeyStoreOptions.builder().publicArchive(new MapArchive()).build();

    @Override
    protected String store() {
        return store;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new FieldwiseMemoryProvider();
    }

    @Override
    protected KeyStoreOptions options() {
        return options;
    }

    @Override
    protected Set<String> secrets() {
        return Shapes.privateHalves(FieldwiseMemoryProvider.PLACES.at(store));
    }

    @Override
    public void lose(KeyId key) {
        Shapes.lose(FieldwiseMemoryProvider.PLACES.at(store), key);
    }
}
