package dev.chancery.provider.pkcs11;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.testkit.store.OperationTrace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Which functions of a token's library are called, and how often. */
@Tag("one-jdk")
class CallTraceTest extends OperationTrace {
    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm empty;

    @TempDir
    private Path tokens;

    private int renewals;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        empty = SoftHsm.create(shared.resolve("empty"));
    }

    @Override
    protected Path file() {
        return Path.of("src/test/resources/traces/calls.txt");
    }

    @Override
    protected void renewPlace() {
        renewals++;
        empty.copyTo(tokens.resolve("token-" + renewals)).behind(shim);
    }

    @Override
    protected KeyStore open(KeyStoreOptions.Builder options) {
        return KeyStores.open(
                SoftHsm.uri(shim.library()) + "&chancery-sessions=1",
                options.pins(token -> Optional.of(SoftHsm.PIN.toCharArray())).build());
    }

    /** But for C_GetMechanismInfo, which is one call for each mechanism that this version of SoftHSM has. */
    @Override
    protected List<String> takeCalls() {
        List<String> taken = shim.calls().stream()
                .filter(function -> !function.equals("C_GetMechanismInfo"))
                .toList();
        shim.reset();
        return taken;
    }
}
