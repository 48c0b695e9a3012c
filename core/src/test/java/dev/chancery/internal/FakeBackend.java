package dev.chancery.internal;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeyStoreOptions;
import dev.chancery.ProtectionLevel;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.LocalKeys;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory whose every answer a test can bend, thread-safe as long as none does; the testkit, which depends on core, has
 * one that is what it seems.
 */
public final class FakeBackend implements KeyBackend {
    static final LocalKeys LOCAL_KEYS = new JcaKeys(new JcaProviders(List.of(), Optional.of("jdk")));

    final Map<KeyId, StoredKey> keys = new ConcurrentSkipListMap<>(Comparator.comparing(KeyId::value));
    final Map<KeyId, PrivateKey> privateKeys = new ConcurrentHashMap<>();
    final Map<KeyName, NavigableMap<Long, KeyId>> rings =
            new ConcurrentSkipListMap<>(Comparator.comparing(KeyName::value));
    final Set<Capability> capabilities =
            EnumSet.of(Capability.GENERATE, Capability.IMPORT, Capability.LIFECYCLE, Capability.CLAIM_ATOMIC);

    /** The order in which the store was asked, a word for each call. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    /** What every read throws while it is set. */
    @Nullable
    RuntimeException outage;

    /** What becomes of each signature before core sees it. */
    UnaryOperator<SignResult> onSign = UnaryOperator.identity();

    /** What happens between core's look at a name and its attempt to take it. */
    Runnable beforeCreate = () -> {};

    /** Opens a store over this backend; several may be open at once. */
    public BackendKeyStore open(KeyStoreOptions options) {
        return new BackendKeyStore(this, options, new JcaProviders(List.of(), Optional.of("jdk")));
    }

    @Override
    public String location() {
        return "fake:";
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Duration stateTtl() {
        return Duration.ofSeconds(10);
    }

    @Override
    public KeyId parse(String text) {
        return new KeyId(new KeyName(text).value());
    }

    @Override
    public StoredKey create(CreateKey request) {
        calls.add("create " + request.name());
        beforeCreate.run();
        return add(request.name().value(), LOCAL_KEYS.generate(request.spec()), request.attributes());
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        calls.add("import " + request.name());
        return add(
                request.name().value(), new KeyPair(request.publicKey(), request.privateKey()), request.attributes());
    }

    /** Puts a key in as somebody else may have made it. */
    public StoredKey add(String name, KeyPair pair, KeyAttributes attributes) {
        KeyId id = new KeyId(name);
        StoredKey key =
                new StoredKey.Sound(id, pair.getPublic(), ProtectionLevel.SOFTWARE, attributes, Optional.empty());
        if (keys.putIfAbsent(id, key) != null) {
            throw new KeyExistsException("There is a key '" + id + "'.");
        }
        privateKeys.put(id, pair.getPrivate());
        return key;
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        read("find " + id);
        return Optional.ofNullable(keys.get(id));
    }

    @Override
    public Stream<StoredKey> list() {
        read("list");
        return keys.values().stream();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        calls.add("sign " + id + " " + input.getClass().getSimpleName());
        StoredKey.Sound key = (StoredKey.Sound) keys.get(id);
        SignResult result = LOCAL_KEYS
                .load(privateKeys.get(id), key.publicKey(), id.value())
                .sign(algorithm, input);
        return onSign.apply(result);
    }

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        StoredKey changed = keys.computeIfPresent(id, (key, old) -> changed((StoredKey.Sound) old, change));
        return Optional.ofNullable(changed)
                .orElseThrow(() -> new KeyNotFoundException("There is no key '" + id + "'."));
    }

    private static StoredKey changed(StoredKey.Sound old, UnaryOperator<KeyAttributes> change) {
        return new StoredKey.Sound(
                old.id(), old.publicKey(), old.protection(), change.apply(old.attributes()), old.signingRefusal());
    }

    @Override
    public void discard(KeyId id) {
        keys.remove(id);
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        KeyId earlier = rings.computeIfAbsent(position.ring(), unseen -> new ConcurrentSkipListMap<>())
                .putIfAbsent(position.generation(), candidate);
        return new Claim(position, earlier == null ? candidate : earlier);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        read("claims " + ring);
        return rings.getOrDefault(ring, new ConcurrentSkipListMap<>()).descendingMap().entrySet().stream()
                .map(held -> new Claim(new RingPosition(ring, held.getKey()), held.getValue()))
                .toList();
    }

    @Override
    public Set<KeyName> rings() {
        return rings.keySet();
    }

    @Override
    public void close() {
        calls.add("close");
    }

    private void read(String call) {
        calls.add(call);
        if (outage != null) {
            throw outage;
        }
    }
}
