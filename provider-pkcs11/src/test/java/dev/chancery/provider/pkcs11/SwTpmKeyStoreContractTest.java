package dev.chancery.provider.pkcs11;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.ElectsHolders;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.ShowsOrphans;
import dev.chancery.testkit.chapters.TakesImports;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** tpm2-pkcs11 keeps what belongs to a key in data objects of its own. */
@Tag("one-jdk")
class SwTpmKeyStoreContractTest extends KeyStoreContract
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
    private static SwTpm empty;

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        empty = SwTpm.create(shared.resolve("empty"));
    }

    @AfterAll
    static void stop() {
        empty.close();
    }

    @Override
    public String store() {
        empty.copyTo(directory.resolve("tpm")).behind(shim);
        return SwTpm.uri(shim.library());
    }

    @Override
    public KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .pins(token -> Optional.of(SoftHsm.PIN.toCharArray()))
                .build();
    }

    @Override
    public Set<KeySpec> specs() {
        return EnumSet.of(KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.EC_P256, KeySpec.EC_P384);
    }

    @Override
    public KeyStoreProvider provider() {
        return new Pkcs11KeyStoreProvider();
    }

    @Override
    public KeyBackend openHurried(KeyStoreConfig config) {
        return provider()
                .open(new KeyStoreConfig(config.uri() + "&chancery-timeout=1", config.options(), config.localKeys()));
    }

    @Override
    public Set<String> secrets() {
        return Set.of(SoftHsm.PIN);
    }

    @Override
    public void lose(KeyId key) {
        Tokens.destroyPair(SwTpm.uri(shim.library()), SoftHsm.PIN, key);
    }
}
