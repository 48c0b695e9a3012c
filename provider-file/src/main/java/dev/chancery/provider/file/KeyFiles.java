package dev.chancery.provider.file;

import dev.chancery.KeyId;
import dev.chancery.spi.support.FileIdentity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What lies in the store for one key, its private half unread.
 *
 * @param id the key
 * @param privateHalf what there is of its private half
 * @param publicKey {@code public/<id>.pub}
 * @param metadata {@code <id>.json}
 * @param modified when the oldest of its PEM files was last written
 */
record KeyFiles(
        KeyId id,
        PrivateHalf privateHalf,
        Optional<PublicKeyPem> publicKey,
        Optional<KeyRecord> metadata,
        Instant modified) {

    /** Whether everything is there that Chancery makes. */
    boolean isComplete() {
        return privateHalf instanceof Present && publicKey.isPresent() && metadata.isPresent();
    }

    /** The private half as seen from outside. */
    sealed interface PrivateHalf {}

    /**
     * A file that nobody else can read.
     *
     * @param file relative to the root
     * @param identity tells whether it is still the same later
     */
    record Present(Path file, FileIdentity identity) implements PrivateHalf {}

    /**
     * The file was renamed by hand to stop the key, as the guide says.
     *
     * @param file relative to the root
     * @param identity tells whether it is still the same later
     */
    record Disabled(Path file, FileIdentity identity) implements PrivateHalf {}

    /** There is no file. */
    record Absent() implements PrivateHalf {}

    /** This process may not look: it verifies only. */
    record OutOfReach() implements PrivateHalf {}
}
