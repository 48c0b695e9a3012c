package dev.chancery.provider.pkcs11;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A token of NSS softokn: its database in a directory, with the PIN {@link SoftHsm#PIN}. It takes no private data objects. */
public final class NssDatabase {
    /** As many rounds of PBKDF2 stand before every private attribute that is read: ten thousand, unless this says less. */
    private static final Map<String, String> CHEAP_PASSWORD = Map.of("NSS_MAX_MP_PBE_ITERATION_COUNT", "100");

    private final Path directory;

    private NssDatabase(Path directory) {
        this.directory = directory;
    }

    /** Makes one. */
    public static NssDatabase create(Path directory) {
        try {
            Files.createDirectories(directory);
            Path password = Files.writeString(directory.resolve("password"), SoftHsm.PIN);
            Programs.run(CHEAP_PASSWORD, "certutil", "-N", "-d", "sql:" + directory, "-f", password.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NssDatabase(directory);
    }

    /** The same token in another directory, as it is now. */
    NssDatabase copyTo(Path other) {
        Programs.copy(directory, other);
        return new NssDatabase(other);
    }

    public Shim behind(Shim shim) {
        return shim.before(
                Programs.nss(),
                Map.of(),
                "configDir='sql:" + directory + "' certPrefix='' keyPrefix='' secmod='secmod.db' flags=");
    }

    public static String uri(Path library) {
        return "pkcs11:token=NSS%20Certificate%20DB?module-path=" + library;
    }
}
