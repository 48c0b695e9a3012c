package dev.chancery.testkit;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyStateException;
import dev.chancery.ProtectionLevel;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.LocalKey;
import dev.chancery.spi.LocalKeys;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One opening of a store in memory: the smallest backend that keeps everything the contract asks for. */
final class InMemoryKeyBackend implements KeyBackend {
    private static final Set<Capability> CAPABILITIES = Set.of(
            Capability.GENERATE,
            Capability.IMPORT,
            Capability.LIFECYCLE,
            Capability.LOCAL_SIGNING,
            Capability.CLAIM_ATOMIC);

    private final String location;
    private final InMemoryKeys keys;
    private final LocalKeys localKeys;
    private final Map<PublicKey, LocalKey> loaded = new ConcurrentHashMap<>();

    InMemoryKeyBackend(String location, InMemoryKeys keys, LocalKeys localKeys) {
        this.location = location;
        this.keys = keys;
        this.localKeys = localKeys;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Duration stateTtl() {
        return Duration.ofSeconds(1);
    }

    @Override
    public KeyId parse(String text) {
        return new KeyId(new KeyName(text).value());
    }

    @Override
    public StoredKey create(CreateKey request) {
        KeyPair pair = localKeys.generate(request.spec());
        return stored(keys.add(new KeyId(request.name().value()), pair, request.attributes()));
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        KeyPair pair = new KeyPair(request.publicKey(), request.privateKey());
        return stored(keys.add(new KeyId(request.name().value()), pair, request.attributes()));
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return keys.find(id).map(InMemoryKeyBackend::stored);
    }

    @Override
    public Stream<StoredKey> list() {
        return keys.all().stream().map(InMemoryKeyBackend::stored);
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        InMemoryKeys.Entry entry = keys.get(id);
        PrivateKey privateKey = entry.privateKey;
        String description = "key " + id + " in " + location;
        if (privateKey == null) {
            throw new KeyStateException("The private half of " + description + " is destroyed. Sign with another key.");
        }
        // By the key itself: an id can be given to another key after a discard.
        return loaded.computeIfAbsent(entry.publicKey, publicKey -> localKeys.load(privateKey, publicKey, description))
                .sign(algorithm, input);
    }

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return stored(keys.update(id, change));
    }

    @Override
    public void discard(KeyId id) {
        keys.discard(id);
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return keys.claim(position, candidate);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return keys.claims(ring);
    }

    @Override
    public Set<KeyName> rings() {
        return keys.rings();
    }

    /** Nothing to release: the keys belong to all who have the store open. */
    @Override
    public void close() {}

    private static StoredKey stored(InMemoryKeys.Entry entry) {
        return new StoredKey.Sound(
                entry.id, entry.publicKey, ProtectionLevel.SOFTWARE, entry.attributes, Optional.empty());
    }
}
