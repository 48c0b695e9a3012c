package dev.chancery.examples.pkcs12;

import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.RecordDirectory;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordLines;
import dev.chancery.spi.records.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is kept beside the file: each key's record, and who holds which generation of a ring. */
final class Pkcs12Records implements KeepsRecords, ClaimsGenerations {
    private final Pkcs12Backend backend;
    private final RecordDirectory directory;

    Pkcs12Records(Pkcs12Backend backend, RecordDirectory directory) {
        this.backend = backend;
        this.directory = directory;
    }

    /** The key with its record. An odd file is told of, for it must not hide the other keys. */
    StoredKey added(StoredKey key) {
        try {
            return key.withRecord(directory
                    .read(key.id().value())
                    .map(entry -> RecordLines.read(entry.content(), "The record of " + key.id())
                            .record())
                    .orElse(new StoredRecord.Absent()));
        } catch (KeyAccessException e) {
            return key.withRecord(new StoredRecord.Damaged(Optional.empty(), e.getMessage(), ""));
        }
    }

    void write(KeyId id, KeyRecord record) {
        directory.replace(id.value(), any -> true, RecordLines.write(id, record));
    }

    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        return directory.alone("Writing a record", () -> {
            StoredKey standing = backend.existing(read.id());
            if (!standing.record().equals(read.record())) {
                return new PutResult.Overtaken(standing);
            }
            write(read.id(), changed);
            return new PutResult.Written(backend.existing(read.id()));
        });
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return backend.list()
                .filter(key -> ringOf(key).equals(Optional.of(ring)))
                .toList();
    }

    private static Optional<KeyName> ringOf(StoredKey key) {
        return key.record()
                .legible()
                .flatMap(record -> record.attributes().ring())
                .map(RingPosition::ring);
    }

    @Override
    public Set<KeyName> rings() {
        return directory.rings().stream().map(KeyName::new).collect(Collectors.toSet());
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return directory.alone("Claiming a generation", () -> {
            byte[] wanted = backend.existing(candidate).id().value().getBytes(StandardCharsets.US_ASCII);
            byte[] stands = directory.claim(position.ring().value(), position.generation(), wanted);
            return new Claim(position, holder(stands));
        });
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return directory.claims(ring.value()).entrySet().stream()
                .map(claim -> new Claim(new RingPosition(ring, claim.getKey()), holder(claim.getValue())))
                .toList();
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return Optional.ofNullable(directory.claims(position.ring().value()).get(position.generation()))
                .map(Pkcs12Records::holder);
    }

    private static KeyId holder(byte[] claim) {
        return new KeyId(new String(claim, StandardCharsets.US_ASCII));
    }

    boolean holdsAny(KeyId id) {
        return rings().stream()
                .flatMap(ring -> claims(ring).stream())
                .anyMatch(claim -> claim.holder().equals(id));
    }
}
