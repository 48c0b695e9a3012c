package dev.chancery.provider.pkcs11;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.RefusesRings;
import dev.chancery.testkit.chapters.RefusesStates;
import dev.chancery.testkit.chapters.TakesImports;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** NSS keeps no data objects, and here nothing else keeps what belongs to a key. */
@Tag("one-jdk")
class RecordlessKeyStoreContractTest extends TokenContract
        implements TakesImports, RefusesStates, RefusesRings, RefusesReencryption, LeavesNoOrphans {
    @TempDir
    private static Path shared;

    private static Shim shim;
    private static NssDatabase empty;

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        empty = NssDatabase.create(shared.resolve("empty"));
    }

    @Override
    public String store() {
        empty.copyTo(directory.resolve("nss")).behind(shim);
        return NssDatabase.uri(shim.library());
    }

    /** This NSS has no Edwards curves. */
    @Override
    public Set<KeySpec> specs() {
        Set<KeySpec> specs = EnumSet.copyOf(super.specs());
        specs.remove(KeySpec.ED25519);
        return specs;
    }

    /** {@link NssKeyStoreContractTest} tries the others. */
    @Override
    public Set<KeySpec> signingSpecs() {
        return EnumSet.of(KeySpec.EC_P256);
    }
}
