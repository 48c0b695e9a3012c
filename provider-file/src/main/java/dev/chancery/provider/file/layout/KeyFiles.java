package dev.chancery.provider.file.layout;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.files.FileIdentity;
import dev.chancery.spi.records.StoredRecord;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;

/**
 * What lies in the store for one key, its private half unread.
 *
 * @param id the key
 * @param privateHalf what there is of its private half
 * @param publicKey {@code public/<id>.pub}, if it is there and legible
 * @param record what {@code <id>.json} amounts to
 * @param metadata {@code <id>.json}, if it is legible
 * @param problem why one of the files must not be used; empty for sound ones
 * @param modified when the oldest of its PEM files was last written
 */
public record KeyFiles(
        KeyId id,
        PrivateHalf privateHalf,
        Optional<PublicKey> publicKey,
        StoredRecord record,
        Optional<Metadata> metadata,
        Optional<PublicHalf.Unreadable> problem,
        Instant modified) {

    /** Whether everything is there that Chancery makes, and belongs together as far as it shows. */
    boolean isComplete() {
        Optional<String> fingerprint = publicKey.map(KeyMetadata::fingerprint);
        return privateHalf instanceof Present
                && problem.isEmpty()
                && fingerprint.isPresent()
                && fingerprint.equals(metadata.flatMap(known -> known.record().fingerprint()));
    }

    /** Whether its record says that the private half is gone, or about to go. */
    public boolean isDestroyed() {
        return record.legible()
                .filter(known -> known.attributes().state() == KeyState.DESTROYED)
                .isPresent();
    }

    /** The private half as seen from outside. */
    public sealed interface PrivateHalf {}

    /** A private half that is there. */
    public sealed interface InFile extends PrivateHalf {
        /** Relative to the root. */
        Path file();

        /** Tells whether the file is still the same later. */
        FileIdentity identity();
    }

    /** A file that others than its owner cannot read. */
    public record Present(Path file, FileIdentity identity) implements InFile {}

    /** The file was renamed by hand to stop the key, as the guide says. */
    public record Disabled(Path file, FileIdentity identity) implements InFile {}

    /** There is no file. */
    public record Absent() implements PrivateHalf {}

    /** This process may not look: it verifies only. */
    public record OutOfReach() implements PrivateHalf {}
}
