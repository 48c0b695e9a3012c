package dev.chancery.provider.file;

import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.file.layout.KeyFilesWriter;
import dev.chancery.provider.file.layout.Rings;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.WaitingKeys;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Writes metadata, compared with what was read, and claims of generations. Thread-safe. */
record RecordKeeper(
        StoreDirectory directory, KeyCatalog catalog, KeyFilesWriter writer, Rings generations, WaitingKeys waiting)
        implements KeepsRecords, ClaimsGenerations {
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        KeyId id = read.id();
        if (read.record() instanceof StoredRecord.Newer newer) {
            throw new UnsupportedException(newer.why());
        }
        return writer.changeAlone("Changing key " + id, root -> {
            StoredKey now = catalog.require(id);
            if (!now.record().equals(read.record())) {
                return new PutResult.Overtaken(now);
            }
            writer.update(root, now, now.protection(), changed);
            return new PutResult.Written(catalog.require(id));
        });
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        Optional<List<KeyId>> ids = directory.work("Reading ring " + ring, () -> waiting.of(ring));
        Stream<StoredKey> keys =
                ids.isPresent() ? ids.get().stream().flatMap(id -> catalog.find(id).stream()) : catalog.list().stream();
        return keys.filter(key -> key.record()
                        .legible()
                        .flatMap(record -> record.attributes().ring())
                        .filter(position -> position.ring().equals(ring))
                        .isPresent())
                .toList();
    }

    @Override
    public Set<KeyName> rings() {
        return directory.work("Reading the rings", generations::names);
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return writer.changeAlone(
                "Claiming generation " + position.generation() + " of ring " + position.ring(),
                root -> generations.claim(
                        root, position, catalog.require(candidate).id()));
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return directory.work("Reading ring " + ring, () -> generations.claims(ring));
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return directory.work("Reading ring " + position.ring(), () -> generations.holder(position));
    }
}
