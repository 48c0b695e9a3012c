package dev.chancery.internal;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyStoreOptions;
import dev.chancery.ProtectionLevel;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Keys in memory, for tests of core itself; the testkit, which depends on core, has the real one. */
public final class MemoryBackend implements KeyBackend {
    private final JcaKeys localKeys = new JcaKeys(Discovery.jcaProviders(Optional.empty()));
    private final Map<KeyId, KeyPair> pairs = new ConcurrentHashMap<>();
    private final Map<KeyId, KeyAttributes> attributes = new ConcurrentHashMap<>();
    private final Map<RingPosition, Claim> claims = new ConcurrentHashMap<>();

    /** Opens a store over this backend; several may be open at once. */
    public BackendKeyStore open(KeyStoreOptions options) {
        return new BackendKeyStore(this, options, Discovery.jcaProviders(Optional.empty()));
    }

    /** Puts a key in as somebody else may have made it. */
    public void put(String id, KeyPair pair, KeyAttributes itsAttributes) {
        pairs.put(new KeyId(id), pair);
        attributes.put(new KeyId(id), itsAttributes);
    }

    @Override
    public String location() {
        return "memory:test";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.GENERATE, Capability.IMPORT, Capability.LIFECYCLE, Capability.LOCAL_SIGNING);
    }

    @Override
    public KeyId parse(String text) {
        return new KeyId(text);
    }

    @Override
    public StoredKey create(CreateKey request) {
        put(request.name().value(), localKeys.generate(request.spec()), request.attributes());
        return stored(new KeyId(request.name().value()));
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        put(request.name().value(), new KeyPair(request.publicKey(), request.privateKey()), request.attributes());
        return stored(new KeyId(request.name().value()));
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return pairs.containsKey(id) ? Optional.of(stored(id)) : Optional.empty();
    }

    @Override
    public Stream<StoredKey> list() {
        return pairs.keySet().stream().map(this::stored);
    }

    private StoredKey stored(KeyId id) {
        return new StoredKey.Sound(
                id, pairs.get(id).getPublic(), ProtectionLevel.SOFTWARE, attributes.get(id), Optional.empty());
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        KeyPair pair = pairs.get(id);
        return localKeys.load(pair.getPrivate(), pair.getPublic(), "key " + id).sign(algorithm, input);
    }

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        attributes.compute(id, (key, before) -> change.apply(before));
        return stored(id);
    }

    @Override
    public void discard(KeyId id) {
        pairs.remove(id);
        attributes.remove(id);
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return claims.computeIfAbsent(position, free -> new Claim(free, candidate));
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        List<Claim> ofRing = new ArrayList<>();
        claims.values().stream()
                .filter(claim -> claim.position().ring().equals(ring))
                .sorted(Comparator.comparing(claim -> -claim.position().generation()))
                .forEach(ofRing::add);
        return ofRing;
    }

    @Override
    public Set<KeyName> rings() {
        Set<KeyName> names = ConcurrentHashMap.newKeySet();
        claims.keySet().forEach(position -> names.add(position.ring()));
        return names;
    }

    @Override
    public void close() {}
}
