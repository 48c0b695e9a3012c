package dev.chancery.provider.file.layout;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.records.KeyRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which keys belong to a ring without holding a generation of it, so that a rotation need not read all keys: an empty file
 * {@code rings/<ring>/<id>.waiting} each, made with the key, and removed when its metadata is written after the claim. A hint and no
 * more: the key's metadata decides, so one that a crash left is harmless. {@code rings/.indexed} says that none is missing: a store
 * of an earlier version has none, and gets them with its next key of a ring.
 */
public record WaitingKeys(StoreDirectory directory, Disk disk, KeyReader reader, Rings rings) {
    public static final Path COMPLETE = StoreDirectory.RINGS.resolve(".indexed");
    private static final byte[] EMPTY = {};

    /** The keys that may wait in a ring; empty if only reading all keys tells. */
    public Optional<List<KeyId>> of(KeyName ring) throws IOException {
        return directory.entry(COMPLETE).isEmpty()
                ? Optional.empty()
                : Optional.of(
                        StoreDirectory.ids(directory.names(StoreDirectory.ring(ring)), StoreDirectory.WAITING_SUFFIX));
    }

    /** Under the store's lock: notes what a key's metadata is about to say. */
    void note(Path root, KeyId id, KeyRecord record) throws IOException {
        Optional<RingPosition> position = record.attributes().ring();
        if (position.isPresent()) {
            if (directory.entry(root, COMPLETE).isEmpty()) {
                noteAll(root);
            }
            note(root, id, position.get());
        }
    }

    private void note(Path root, KeyId id, RingPosition position) throws IOException {
        Path ring = directory.makeDirectory(root, StoreDirectory.ring(position.ring()));
        Path file = ring.resolve(StoreDirectory.waiting(position.ring(), id).getFileName());
        if (isHolder(id, position)) {
            disk.delete(file);
        } else if (disk.stat(file).isEmpty()) {
            make(file);
        }
    }

    /** A claim that cannot be read must not keep a key from being marked. */
    private boolean isHolder(KeyId id, RingPosition position) throws IOException {
        try {
            return rings.holder(position).filter(id::equals).isPresent();
        } catch (IntegrityException | UnsupportedException illegible) {
            return false;
        }
    }

    private void make(Path file) throws IOException {
        disk.createInPlace(file, EMPTY, directory.rules().publicFile());
        disk.forceDirectory(Objects.requireNonNull(file.getParent()));
    }

    /** Once in a store's life. */
    private void noteAll(Path root) throws IOException {
        Path all = directory.makeDirectory(root, StoreDirectory.RINGS);
        for (KeyId id : StoreDirectory.ids(disk.names(root), StoreDirectory.JSON_SUFFIX)) {
            Optional<RingPosition> position = reader.read(root, id)
                    .flatMap(files -> files.record().legible())
                    .flatMap(record -> record.attributes().ring());
            if (position.isPresent()) {
                note(root, id, position.get());
            }
        }
        make(all.resolve(COMPLETE.getFileName()));
    }

    /** Under the store's lock: removes what stands for a key that goes. */
    void forget(Path root, KeyId id) throws IOException {
        for (KeyName ring : rings.directories()) {
            disk.delete(directory.resolve(root, StoreDirectory.waiting(ring, id)));
        }
    }
}
