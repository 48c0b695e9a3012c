package dev.chancery.testkit.lies;

import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.ClaimsGenerations;
import dev.chancery.testkit.ImportsKeys;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.LeavesNoOrphans;
import dev.chancery.testkit.RefusesImports;
import dev.chancery.testkit.RefusesReencryption;
import dev.chancery.testkit.SharesRecords;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import java.util.Set;
import java.util.UUID;

/** Tests that do not take the chapters that their store owes. Nested here, where nothing but {@link ChaptersTest} finds them. */
final class MistakenContracts {
    private MistakenContracts() {}

    abstract static class OfMemory extends KeyStoreContract {
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
            return Set.of("none of this one's business");
        }
    }

    static final class WithoutRings extends OfMemory
            implements ImportsKeys,
                    KeepsStates,
                    ClaimsGenerations,
                    SharesRecords,
                    RefusesReencryption,
                    LeavesNoOrphans {}

    static final class WithARefusalTooMany extends OfMemory
            implements ImportsKeys,
                    RefusesImports,
                    KeepsStates,
                    KeepsRings,
                    ClaimsGenerations,
                    SharesRecords,
                    RefusesReencryption,
                    LeavesNoOrphans {
        @Override
        public void an_import_overwrites_nothing() {}

        @Override
        public void lose(KeyId key) {}
    }

    static final class WithoutAny extends OfMemory {}
}
