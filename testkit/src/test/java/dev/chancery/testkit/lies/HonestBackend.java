package dev.chancery.testkit.lies;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Hands everything on to a store in memory, and tells the truth; what a liar does otherwise, it overrides. */
class HonestBackend implements KeyBackend, MakesKeys, ImportsKeys, KeepsRecords, DestroysKeys, ClaimsGenerations {
    final LyingStore store;
    KeyBackend memory;

    HonestBackend(LyingStore store, KeyBackend memory) {
        this.store = store;
        this.memory = memory;
    }

    @Override
    public String location() {
        return memory.location();
    }

    @Override
    public Traits traits() {
        return memory.traits();
    }

    @Override
    public Abilities abilities() {
        return Abilities.builder()
                .makesKeys(this)
                .importsKeys(this)
                .keepsRecords(this)
                .destroysKeys(this)
                .claimsGenerations(this)
                .build();
    }

    @Override
    public KeyId parse(String text) {
        return memory.parse(text);
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return store.isLost(id) ? Optional.empty() : memory.find(id);
    }

    @Override
    public Stream<StoredKey> list() {
        return memory.list().filter(key -> !store.isLost(key.id()));
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return memory.sign(id, algorithm, input);
    }

    private MakesKeys maker() {
        return memory.abilities().makesKeys().orElseThrow();
    }

    @Override
    public StoredKey create(CreateKey order) {
        return maker().create(order);
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        return maker().removeCandidate(id);
    }

    @Override
    public StoredKey importKey(ImportKey order) {
        return memory.abilities().importsKeys().orElseThrow().importKey(order);
    }

    private KeepsRecords records() {
        return memory.abilities().keepsRecords().orElseThrow();
    }

    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        return records().put(read, changed, wanted);
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return records().members(ring).stream()
                .filter(key -> !store.isLost(key.id()))
                .toList();
    }

    @Override
    public Set<KeyName> rings() {
        return records().rings();
    }

    @Override
    public void destroy(KeyId id) {
        memory.abilities().destroysKeys().orElseThrow().destroy(id);
    }

    private ClaimsGenerations claims() {
        return memory.abilities().claimsGenerations().orElseThrow();
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return claims().claim(position, candidate);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return claims().claims(ring).stream()
                .filter(claim -> !store.isLost(claim.holder()))
                .toList();
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return claims().holder(position).filter(id -> !store.isLost(id));
    }

    @Override
    public void close() {
        memory.close();
    }
}
