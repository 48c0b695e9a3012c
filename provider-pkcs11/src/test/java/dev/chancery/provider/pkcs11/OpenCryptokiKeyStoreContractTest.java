package dev.chancery.provider.pkcs11;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.testkit.chapters.ElectsHolders;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** opencryptoki keeps what belongs to a key in data objects of its own; this one has no elliptic curves. */
@Tag("one-jdk")
class OpenCryptokiKeyStoreContractTest extends RecordingTokenContract implements ElectsHolders {
    @TempDir
    private static Path shared;

    private static Shim shim;
    private static OpenCryptoki token;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        token = OpenCryptoki.take();
        token.behind(shim);
    }

    @AfterAll
    static void giveBack() {
        token.close();
    }

    @Override
    String pin() {
        return OpenCryptoki.PIN;
    }

    @Override
    public String store() {
        token.clear(shim.library());
        return OpenCryptoki.uri(shim.library());
    }

    @Override
    public Set<KeySpec> specs() {
        return EnumSet.of(KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096);
    }

    /** One size stands for the others. */
    @Override
    public Set<KeySpec> signingSpecs() {
        return EnumSet.of(KeySpec.RSA_2048);
    }

    /** The table is core's, and the other tokens try all of it: each of its keys takes this one long. */
    @Override
    @ParameterizedTest
    @EnumSource(value = KeyState.class, names = "SUSPENDED")
    public void only_the_arrows_of_the_table_lead_on(KeyState from) {
        super.only_the_arrows_of_the_table_lead_on(from);
    }

    @Override
    public void lose(KeyId key) {
        Tokens.destroyPair(OpenCryptoki.uri(shim.library()), OpenCryptoki.PIN, key);
    }
}
