package dev.chancery.testkit.memory;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.security.KeyPair;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One opening of a place in memory, as far as the places are alike. */
abstract class MemoryBackend<P extends MemoryPlace> implements KeyBackend, KeepsRecords, ClaimsGenerations {
    final P place;
    final LocalKeys localKeys;

    MemoryBackend(P place, LocalKeys localKeys) {
        this.place = place;
        this.localKeys = localKeys;
    }

    @Override
    public String location() {
        return place.location;
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return Optional.ofNullable(place.keys.get(id));
    }

    @Override
    public Stream<StoredKey> list() {
        return place.keys.values().stream();
    }

    /** Signs with a key in service, ECDSA in DER. */
    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        Optional<KeyPair> found = Optional.ofNullable(place.pairs.get(id));
        place.change(id, UnaryOperator.identity()).service().refusal().ifPresent(why -> {
            throw new KeyStateException("The key '" + id + "' in " + location() + " does not sign: it " + why);
        });
        KeyPair pair = found.orElseThrow();
        // By the key itself: an id can be given to another key once a candidate was removed.
        return place.loaded
                .computeIfAbsent(pair.getPublic(), half -> localKeys.load(pair.getPrivate(), half, "key " + id))
                .sign(algorithm, input);
    }

    /** Adds a key with its record, in service. */
    StoredKey add(KeyId id, KeyPair pair, KeyRecord record) {
        return place.keys.compute(id, (same, taken) -> {
            if (taken != null) {
                throw new KeyExistsException("There is a key '" + id + "' in " + location()
                        + " already. It was left alone: choose another name.");
            }
            place.pairs.put(id, pair);
            return StoredKey.builder(id, new PublicHalf.Vouched(pair.getPublic()), ProtectionLevel.SOFTWARE)
                    .record(present(record))
                    .created(record.attributes().created())
                    .build();
        });
    }

    /** No two writings have the same version. */
    static StoredRecord present(KeyRecord record) {
        return new StoredRecord.Present(record, UUID.randomUUID().toString());
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return list().filter(key -> key.record().legible().stream()
                        .flatMap(record -> Stream.concat(record.attributes().ring().stream(), record.held().stream()))
                        .anyMatch(position -> position.ring().equals(ring)))
                .toList();
    }

    @Override
    public Set<KeyName> rings() {
        return place.holders.keySet().stream().map(RingPosition::ring).collect(Collectors.toSet());
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        place.change(candidate, key -> {
            place.holders.putIfAbsent(position, candidate);
            return key;
        });
        return new Claim(position, holder(position).orElseThrow());
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return place.holders.entrySet().stream()
                .filter(held -> held.getKey().ring().equals(ring))
                .map(held -> new Claim(held.getKey(), held.getValue()))
                .sorted(Comparator.comparing(claim -> -claim.position().generation()))
                .toList();
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return Optional.ofNullable(place.holders.get(position));
    }
}
