package dev.chancery.provider.pkcs11;

import dev.chancery.key.KeyId;
import dev.chancery.testkit.chapters.ElectsHolders;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** SoftHSM keeps what belongs to a key in data objects of its own. */
class SoftHsmKeyStoreContractTest extends RecordingTokenContract implements ElectsHolders {
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
