package dev.chancery.provider.pkcs11;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.ElectsHolders;
import dev.chancery.testkit.FindsOrphans;
import dev.chancery.testkit.ImportsKeys;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.RefusesReencryption;
import dev.chancery.testkit.SharesRecords;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** SoftHSM keeps what belongs to a key in data objects of its own. */
class SoftHsmKeyStoreContractTest extends KeyStoreContract
        implements ImportsKeys,
                KeepsStates,
                SharesRecords,
                KeepsRings,
                ElectsHolders,
                RefusesReencryption,
                FindsOrphans {
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

    @Override
    protected KeyBackend openHurried(KeyStoreConfig config) {
        return provider()
                .open(new KeyStoreConfig(config.uri() + "&chancery-timeout=1", config.options(), config.localKeys()));
    }

    @Override
    protected Set<String> secrets() {
        return Set.of(SoftHsm.PIN);
    }

    @Override
    public void lose(KeyId key) {
        Tokens.destroyPair(SoftHsm.uri(shim.library()), key);
    }
}
