package dev.chancery.testkit;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.RefusesRings;
import dev.chancery.testkit.chapters.RefusesStates;
import dev.chancery.testkit.rules.RecordRules;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;

/** What a store lacks is refused; the contract holds without it. What belongs to a new key, this one keeps. */
@Tag("one-jdk")
class SparseKeyStoreContractTest extends KeyStoreContract
        implements RecordRules, RefusesImports, RefusesStates, RefusesRings, RefusesReencryption, LeavesNoOrphans {
    private final String store = "sparse:" + UUID.randomUUID();

    @Override
    public String store() {
        return store;
    }

    @Override
    public KeyStoreProvider provider() {
        return new SparseKeyStoreProvider();
    }

    @Override
    public Set<String> secrets() {
        return SparseKeyStoreProvider.overheard(store).secrets();
    }

    @Override
    public Set<KeySpec> specs() {
        return SparseKeyStoreProvider.SPECS;
    }

    @Override
    public Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return spec.algorithms().stream()
                .filter(SparseKeyStoreProvider.ALGORITHMS::contains)
                .collect(Collectors.toSet());
    }
}
