package dev.chancery.testkit;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.KeyStoreProvider;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a store lacks is refused; the contract holds without it. What belongs to a new key, this one keeps. */
class SparseKeyStoreContractTest extends KeyStoreContract
        implements RecordRules, RefusesImports, RefusesStates, RefusesRings, RefusesReencryption, LeavesNoOrphans {
    private final String store = "sparse:" + UUID.randomUUID();

    @Override
    protected String store() {
        return store;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new SparseKeyStoreProvider();
    }

    @Override
    protected Set<String> secrets() {
        return SparseKeyStoreProvider.overheard(store).secrets();
    }

    @Override
    protected Set<KeySpec> specs() {
        return SparseKeyStoreProvider.SPECS;
    }

    @Override
    protected Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return spec.algorithms().stream()
                .filter(SparseKeyStoreProvider.ALGORITHMS::contains)
                .collect(Collectors.toSet());
    }
}
