package dev.chancery.provider.pkcs11;

import dev.chancery.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** SoftHSM keeps what belongs to a key in data objects of its own. */
class SoftHsmKeyStoreContractTest extends KeyStoreContract {
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
    protected String store() {
        empty.copyTo(directory.resolve("softhsm")).behind(shim);
        return SoftHsm.uri(shim.library());
    }

    @Override
    protected KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .pins(token -> Optional.of(SoftHsm.PIN.toCharArray()))
                .build();
    }

    @Override
    protected KeyStoreProvider provider() {
        return new Pkcs11KeyStoreProvider();
    }
}
