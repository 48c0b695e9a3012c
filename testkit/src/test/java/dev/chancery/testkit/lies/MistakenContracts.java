package dev.chancery.testkit.lies;

import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.TakesImports;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import java.util.Set;
import java.util.UUID;

/** Tests that do not take the chapters that their store owes. Nested here, where nothing but {@link ChaptersTest} finds them. */
final class MistakenContracts {
    private MistakenContracts() {}

    abstract static class OfMemory extends KeyStoreContract {
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
        public Set<String> secrets() {
            return Set.of("none of this one's business");
        }
    }

    static final class WithoutRings extends OfMemory
            implements TakesImports, KeepsStates, HoldsClaims, SharesRecords, RefusesReencryption, LeavesNoOrphans {}

    static final class WithARefusalTooMany extends OfMemory
            implements TakesImports,
                    RefusesImports,
                    KeepsStates,
                    KeepsRings,
                    HoldsClaims,
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
