package dev.chancery.provider.pkcs11;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.testkit.chapters.HoldsClaims;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** NSS keeps no data objects: what belongs to a key is in a directory. */
@Tag("one-jdk")
class NssKeyStoreContractTest extends RecordingTokenContract implements HoldsClaims {
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
        try {
            return NssDatabase.uri(shim.library()) + "&chancery-metadata=file:"
                    + Files.createDirectory(directory.resolve("metadata"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This NSS has no Edwards curves. */
    @Override
    public Set<KeySpec> specs() {
        Set<KeySpec> specs = EnumSet.copyOf(super.specs());
        specs.remove(KeySpec.ED25519);
        return specs;
    }

    /** {@link SoftHsmKeyStoreContractTest} tries the others; the way to NSS is the same. */
    @Override
    public Set<KeySpec> signingSpecs() {
        return EnumSet.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P521);
    }

    @Override
    public void lose(KeyId key) {
        Tokens.destroyPair(NssDatabase.uri(shim.library()), SoftHsm.PIN, key);
    }
}
