package dev.chancery.spi.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.StoreUnavailableException;
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
import dev.chancery.spi.support.PercentEncoding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records and claims in a {@link RecordDirectory}, for a place that has no room for them. A key's record is a file of {@link RecordLines}, its name
 * the key's id, percent-encoded; a claim is a file that holds an id.
 *
 * <p>The place says which keys there are. A record is written before its key and removed after it, so that one without a key is what a crash left, and
 * counts for nothing. All writers of the place take turns: what they do to the place itself is a step in {@link #add}, {@link #change} and
 * {@link #remove}, and {@link dev.chancery.spi.Traits#writes()} is {@code COMPARED}.
 *
 * <p>Thread-safe. Each method throws {@link KeyAccessException} where rights are missing or the directory is not to be trusted, {@link StoreUnavailableException}
 * where the disk fails or another writer keeps the lock, {@link ConfigurationException} for an id that does not begin with a letter or digit, and
 * what the place throws.
 */
public final class RecordsInDirectory implements KeepsRecords, ClaimsGenerations {
    private final RecordDirectory directory;
    private final BareKeys keys;
    private final String location;

    /**
     * Records of the keys of a place.
     *
     * @param directory where they are, with room for {@link RecordLines#MAX_BYTES} in a record
     * @param keys the keys
     * @param location {@link dev.chancery.spi.KeyBackend#location()}, for messages
     */
    public RecordsInDirectory(RecordDirectory directory, BareKeys keys, String location) {
        this.directory = directory;
        this.keys = keys;
        this.location = location;
    }

    /**
     * Looks a key up, and its record. Where a claim names a key without a record, that is the evidence that it is ours.
     *
     * @param id the key's id
     * @return the key with its record, which is damaged where its file cannot be believed; empty if there is none
     */
    public Optional<StoredKey> find(KeyId id) {
        StoredRecord before = record(id);
        while (true) {
            Optional<StoredKey> key = keys.find(id);
            StoredRecord after = record(id);
            if (after.equals(before)) { // else a writer came between, and they may be those of two keys
                return key.map(found -> withRecord(found, after));
            }
            before = after;
        }
    }

    private StoredKey withRecord(StoredKey key, StoredRecord record) {
        boolean lost = record instanceof StoredRecord.Absent && key.evidence().isEmpty();
        return (lost ? key.withEvidence(position(key.id()).map(RecordsInDirectory::evidence)) : key).withRecord(record);
    }

    private static String evidence(RingPosition held) {
        return "it holds generation " + held.generation() + " of the ring '" + held.ring() + "'";
    }

    private StoredRecord record(KeyId id) {
        try {
            return directory
                    .read(file(id))
                    .map(entry -> record(id, entry.content()))
                    .orElse(new StoredRecord.Absent());
        } catch (KeyAccessException e) { // must not hide the other keys
            return new StoredRecord.Damaged(Optional.empty(), e.getMessage(), "");
        }
    }

    private StoredRecord record(KeyId id, byte[] content) {
        return RecordLines.read(id, content, "The record of key " + id + " in " + location);
    }

    /**
     * Looks all keys up, and their records.
     *
     * @return the keys, as {@link #find} finds them
     */
    public Stream<StoredKey> list() {
        return keys.ids().flatMap(id -> find(id).stream());
    }

    private StoredKey require(KeyId id) {
        return find(id).orElseThrow(
                        () -> new KeyNotFoundException("There is no key '" + id + "' in " + location + "."));
    }

    // --- steps of the place itself

    /**
     * Adds a key: first its record, then the key.
     *
     * @param id the key's id
     * @param record its record
     * @param step puts the key into the place, wholly or not at all
     * @return the key as it is now
     * @throws KeyExistsException if there is such a key, or what is left of one that is gone still counts: a mark of compromise, or a claim
     */
    public StoredKey add(KeyId id, KeyRecord record, Runnable step) {
        return directory.alone("Adding key " + id, () -> {
            if (keys.find(id).isPresent()) {
                throw new KeyExistsException("There is a key '" + id + "' in " + location
                        + " already. It was left alone: choose another name.");
            }
            if (record(id).mark().isPresent() || position(id).isPresent()) {
                throw new KeyExistsException(
                        "There was a key '" + id + "' in " + location
                                + ", and its mark of compromise or its generation of a ring still counts: choose another name.");
            }
            write(id, record);
            step.run();
            return require(id);
        });
    }

    /**
     * Changes a key in the place, and nothing of its record.
     *
     * @param id the key
     * @param step what to do in the place, while no other writer does anything there
     * @return the key as it is now
     * @throws KeyNotFoundException if the key is not there (any more)
     */
    public StoredKey change(KeyId id, Runnable step) {
        return directory.alone("Changing key " + id, () -> {
            require(id);
            step.run();
            return require(id);
        });
    }

    /**
     * Removes a key that holds no generation: first the key, then its record.
     *
     * @param id the key
     * @param step removes it from the place, if it is there
     * @return whether it is gone; {@code false} if it holds a generation and was left alone
     */
    public boolean remove(KeyId id, Runnable step) {
        return directory.alone("Removing key " + id, () -> {
            if (position(id).isPresent()) {
                return false;
            }
            step.run();
            return directory.remove(file(id), any -> true);
        });
    }

    // --- records

    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        return directory.alone("Writing the record of key " + read.id(), () -> {
            StoredKey standing = require(read.id());
            if (!standing.record().equals(read.record())) {
                return new PutResult.Overtaken(standing);
            }
            write(read.id(), changed);
            return new PutResult.Written(require(read.id()));
        });
    }

    private void write(KeyId id, KeyRecord record) {
        directory.replace(file(id), any -> true, RecordLines.write(id, record));
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return keys.ids()
                .filter(id -> names(record(id), ring))
                .flatMap(id -> find(id).stream())
                .toList();
    }

    private static boolean names(StoredRecord record, KeyName ring) {
        return record.legible()
                .flatMap(legible -> legible.attributes().ring())
                .filter(position -> position.ring().equals(ring))
                .isPresent();
    }

    @Override
    public Set<KeyName> rings() {
        return directory.rings().stream().map(KeyName::new).collect(Collectors.toSet());
    }

    // --- claims

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return directory.alone("Claiming a generation for key " + candidate, () -> {
            byte[] wanted = (require(candidate).id() + "\n").getBytes(UTF_8);
            return standing(position, directory.claim(position.ring().value(), position.generation(), wanted));
        });
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return directory.claims(ring.value()).entrySet().stream()
                .map(claim -> standing(new RingPosition(ring, claim.getKey()), claim.getValue()))
                .toList();
    }

    /** @throws IntegrityException if a file of a claim names no key */
    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return directory
                .findClaim(position.ring().value(), position.generation())
                .map(claim -> standing(position, claim).holder());
    }

    private Claim standing(RingPosition position, byte[] claim) {
        try {
            return new Claim(position, new KeyId(text(claim)));
        } catch (ConfigurationException e) {
            throw new IntegrityException(
                    "The claim of generation " + position.generation() + " of ring '" + position.ring() + "' in "
                            + location + " names no key. Restore it from a backup.",
                    e);
        }
    }

    private static String text(byte[] claim) {
        return new String(claim, UTF_8).strip();
    }

    /** A generation that a key holds; a damaged claim of another key does not hide it. */
    private Optional<RingPosition> position(KeyId id) {
        return rings().stream()
                .flatMap(ring -> directory.claims(ring.value()).entrySet().stream()
                        .filter(claim -> text(claim.getValue()).equals(id.value()))
                        .map(claim -> new RingPosition(ring, claim.getKey())))
                .findFirst();
    }

    private static String file(KeyId id) {
        return PercentEncoding.encode(id.value());
    }
}
