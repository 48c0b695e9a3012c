package dev.chancery.provider.pkcs11;

import dev.chancery.spi.support.PercentEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A token of SoftHSM 2 in a directory, with the PIN {@link #PIN}. */
public final class SoftHsm {
    /** In no number by chance: the contract looks for it in every message. */
    public static final String PIN = "pin-7Q.k2";

    public static final String LABEL = "chancery test";

    private final Path directory;

    private SoftHsm(Path directory) {
        this.directory = directory;
    }

    /** Makes one with a serial number of its own. */
    public static SoftHsm create(Path directory) {
        SoftHsm token = prepare(directory);
        token.run("softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", "5678", "--pin", PIN);
        return token;
    }

    private static SoftHsm prepare(Path directory) {
        try {
            Files.createDirectories(directory);
            if (!Files.exists(directory.resolve("tokens"))) {
                Files.createDirectory(directory.resolve("tokens"));
            }
            Files.writeString(
                    directory.resolve("softhsm2.conf"),
                    "directories.tokendir = " + directory.resolve("tokens")
                            + "\nobjectstore.backend = file\nlog.level = ERROR\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SoftHsm(directory);
    }

    /** The same token in another directory, as it is now. */
    public SoftHsm copyTo(Path other) {
        try {
            Files.createDirectories(other);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Programs.copy(directory.resolve("tokens"), other.resolve("tokens"));
        return prepare(other);
    }

    public Map<String, String> environment() {
        return Map.of("SOFTHSM2_CONF", directory.resolve("softhsm2.conf").toString());
    }

    /** Puts a shim before it. */
    public Shim behind(Shim shim) {
        return shim.before(Programs.softHsm(), environment(), "");
    }

    /** Runs a program that finds this token. */
    public String run(String... command) {
        return Programs.run(environment(), command);
    }

    /** The URI of this token through a library. */
    public static String uri(Path library) {
        return "pkcs11:token=" + PercentEncoding.encode(LABEL) + "?module-path=" + library;
    }
}
