package dev.chancery.testkit.faults;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a place looked like at one moment. It can be looked at, and nothing else. Immutable. */
final class PlacePicture implements KeyBackend, KeepsRecords, ClaimsGenerations {
    private final KeyBackend place;
    private final Map<KeyId, StoredKey> keys;
    private final Map<KeyName, List<Claim>> claims;
    private final Map<KeyName, List<StoredKey>> members;

    private PlacePicture(
            KeyBackend place,
            Map<KeyId, StoredKey> keys,
            Map<KeyName, List<Claim>> claims,
            Map<KeyName, List<StoredKey>> members) {
        this.place = place;
        this.keys = keys;
        this.claims = claims;
        this.members = members;
    }

    static PlacePicture of(KeyBackend place) {
        Map<KeyId, StoredKey> keys;
        try (Stream<StoredKey> all = place.list()) {
            keys = all.collect(Collectors.toMap(StoredKey::id, Function.identity()));
        }
        Abilities can = place.abilities();
        Set<KeyName> meant = keys.values().stream()
                .flatMap(key -> key.record().legible().stream())
                .flatMap(record -> Stream.concat(record.attributes().ring().stream(), record.held().stream()))
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
        Set<KeyName> held = can.keepsRecords().map(KeepsRecords::rings).orElse(Set.of());
        return new PlacePicture(
                place,
                keys,
                held.stream()
                        .collect(Collectors.toMap(
                                Function.identity(),
                                ring -> can.claimsGenerations()
                                        .map(able -> able.claims(ring))
                                        .orElse(List.of()))),
                meant.stream()
                        .collect(Collectors.toMap(
                                Function.identity(),
                                ring -> can.keepsRecords()
                                        .map(able -> able.members(ring))
                                        .orElse(List.of()))));
    }

    @Override
    public String location() {
        return place.location();
    }

    @Override
    public Traits traits() {
        return place.traits();
    }

    @Override
    public Abilities abilities() {
        return Abilities.builder().keepsRecords(this).claimsGenerations(this).build();
    }

    @Override
    public KeyId parse(String text) {
        return place.parse(text);
    }

    /** Names are those of today: which key had which name is in no picture. */
    @Override
    public Optional<StoredKey> find(KeyId id) {
        return Optional.ofNullable(keys.get(place.find(id).map(StoredKey::id).orElse(id)));
    }

    @Override
    public Stream<StoredKey> list() {
        return keys.values().stream();
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return members.getOrDefault(ring, List.of());
    }

    @Override
    public Set<KeyName> rings() {
        return claims.keySet();
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return claims.getOrDefault(ring, List.of());
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return claims(position.ring()).stream()
                .filter(claim -> claim.position().equals(position))
                .map(Claim::holder)
                .findFirst();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        throw onlyAPicture();
    }

    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        throw onlyAPicture();
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        throw onlyAPicture();
    }

    private static IllegalStateException onlyAPicture() {
        return new IllegalStateException("This is a picture of a place.");
    }

    @Override
    public void close() {}
}
