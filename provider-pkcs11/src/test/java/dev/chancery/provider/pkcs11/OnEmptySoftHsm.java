package dev.chancery.provider.pkcs11;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that each have an empty SoftHSM token, behind a shim that their class shares. */
abstract class OnEmptySoftHsm {
    @TempDir
    private static Path shared;

    static Shim shim;
    private static SoftHsm empty;

    @TempDir
    Path directory;

    SoftHsm token;

    @BeforeAll
    static void compileShim() {
        shim = Shim.compile(shared);
        empty = SoftHsm.create(shared.resolve("empty"));
    }

    @BeforeEach
    void emptyToken() {
        shim.reset();
        token = empty.copyTo(directory.resolve("softhsm"));
        token.behind(shim);
    }
}
