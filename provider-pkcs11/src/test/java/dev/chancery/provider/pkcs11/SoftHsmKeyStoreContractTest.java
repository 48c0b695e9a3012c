package dev.chancery.provider.pkcs11;

import dev.chancery.key.KeyId;
import dev.chancery.testkit.chapters.ElectsHolders;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.ShowsOrphans;
import dev.chancery.testkit.chapters.TakesImports;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** SoftHSM keeps what belongs to a key in data objects of its own. */
class SoftHsmKeyStoreContractTest extends TokenContract
        implements TakesImports,
                KeepsStates,
                SharesRecords,
                KeepsRings,
                ElectsHolders,
                RefusesReencryption,
                ShowsOrphans {
    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm empty;

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        empty = SoftHsm.create(shared.resolve("empty"));
    }

    @Override
    public String store() {
        empty.copyTo(directory.resolve("softhsm")).behind(shim);
        return SoftHsm.uri(shim.library());
    }

    @Override
    public void lose(KeyId key) {
        Tokens.destroyPair(SoftHsm.uri(shim.library()), SoftHsm.PIN, key);
    }
}
