package dev.chancery.testkit.lies;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Hands everything on to a store in memory, and tells the truth; what a liar does otherwise, it overrides. */
class HonestBackend implements KeyBackend {
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
    public Set<Capability> capabilities() {
        return memory.capabilities();
    }

    @Override
    public Duration stateTtl() {
        return memory.stateTtl();
    }

    @Override
    public KeyId parse(String text) {
        return memory.parse(text);
    }

    @Override
    public StoredKey create(CreateKey request) {
        return memory.create(request);
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        return memory.importKey(request);
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

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return memory.update(id, change);
    }

    @Override
    public void discard(KeyId id) {
        memory.discard(id);
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return memory.claim(position, candidate);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return memory.claims(ring);
    }

    @Override
    public Set<KeyName> rings() {
        return memory.rings();
    }

    @Override
    public void close() {
        memory.close();
    }
}
