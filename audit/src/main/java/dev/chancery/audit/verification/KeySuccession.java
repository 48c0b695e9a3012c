package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.reading.ChainRecords;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The audit keys that a log was kept with, one after the other, as far as the one that is trusted leads. A rotation counts where a
 * checkpoint by the trusted key covers the line that says so: backwards always, forwards only on request, for who has stolen a key can
 * rotate to another.
 */
final class KeySuccession {
    private final List<Rotation> rotations = new ArrayList<>();
    private final List<Checkpoint> notes = new ArrayList<>();

    /**
     * That a line of the log's own chain says so.
     *
     * @param at the line's number
     */
    record Rotation(long at, VerificationKey from, VerificationKey to) {}

    /** Reads the log's own chain for it. */
    KeySuccession(Path log) throws IOException {
        ChainDirectory own = ChainDirectory.of(log, ChainDirectory.OWN);
        if (!Files.isDirectory(own.path())) {
            return;
        }
        for (Path file : own.checkpointFiles()) {
            notes.addAll(CheckpointFile.read(file).checkpoints());
        }
        try (ChainRecords records = new ChainRecords(own)) {
            while (records.hasNext()) {
                rotation(records.next()).ifPresent(rotations::add);
            }
        } catch (MalformedLogException | UncheckedIOException damaged) {
            return; // told of when it is that line's turn
        }
    }

    private static Optional<Rotation> rotation(StoredRecord stored) {
        if (stored.record().event() != AuditEvent.AUDIT_KEY_ROTATED) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Rotation(
                    stored.sequence(),
                    VerificationKey.parse(stored.record().field("from").orElse("")),
                    VerificationKey.parse(stored.record().field("to").orElse(""))));
        } catch (ConfigurationException e) {
            return Optional.empty();
        }
    }

    /** The trusted key, with those before it, and with those behind it if they are to be followed; the latest last. */
    List<VerificationKey> of(VerificationKey trusted, boolean follow) {
        List<VerificationKey> keys = new ArrayList<>(List.of(trusted));
        for (int i = rotations.size() - 1; i >= 0; i--) {
            Rotation rotation = rotations.get(i);
            if (isSame(rotation.to(), keys.get(0)) && isCovered(rotation, rotation.to())) {
                keys.add(0, rotation.from());
            }
        }
        for (Rotation rotation : rotations) {
            if (follow && isSame(rotation.from(), keys.get(keys.size() - 1)) && isCovered(rotation, rotation.from())) {
                keys.add(rotation.to());
            }
        }
        return keys;
    }

    /** What the trusted key was rotated to, where it was. */
    Optional<VerificationKey> successor(VerificationKey key) {
        return rotations.stream()
                .filter(rotation -> isSame(rotation.from(), key) && isCovered(rotation, key))
                .map(Rotation::to)
                .reduce((first, last) -> last);
    }

    /** Up to which line of the log's own chain a key's checkpoints count; all, where it was not rotated. */
    long end(VerificationKey key) {
        return rotations.stream()
                .filter(rotation -> isSame(rotation.from(), key) && isCovered(rotation, rotation.to()))
                .mapToLong(Rotation::at)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    private boolean isCovered(Rotation rotation, VerificationKey by) {
        return notes.stream().anyMatch(note -> note.size() >= rotation.at() && note.isSignedBy(by));
    }

    static boolean isSame(VerificationKey one, VerificationKey other) {
        return one.toString().equals(other.toString());
    }
}
