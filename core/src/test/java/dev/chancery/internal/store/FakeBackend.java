package dev.chancery.internal.store;

import dev.chancery.Capability;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.internal.jca.JcaKeys;
import dev.chancery.internal.jca.JcaProviders;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.Orphan;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.FindsOrphans;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
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
public final class FakeBackend implements KeyBackend, MakesKeys, ImportsKeys, KeepsRecords, ClaimsGenerations {
    public static final LocalKeys LOCAL_KEYS = new JcaKeys(new JcaProviders(List.of(), Optional.of("jdk")));

    public final Map<KeyId, StoredKey> keys = new ConcurrentSkipListMap<>(Comparator.comparing(KeyId::value));
    public final Map<KeyId, PrivateKey> privateKeys = new ConcurrentHashMap<>();
    final Map<KeyName, NavigableMap<Long, KeyId>> rings =
            new ConcurrentSkipListMap<>(Comparator.comparing(KeyName::value));
    /** Where the keys live; read when the store is opened. */
    public String location = "fake:";

    /** What the store is to lack; read when it is opened. */
    public final Set<Capability> lacks = EnumSet.noneOf(Capability.class);

    /** How the store behaves; read when it is opened. */
    public Traits traits = Traits.ofRemotePlace()
            .stateTtl(Duration.ofSeconds(10))
            .writes(Traits.Writes.COMPARED)
            .settle(Duration.ZERO)
            .build();

    /** The order in which the store was asked, a word for each call. */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    /** What every read throws while it is set. */
    @Nullable
    public RuntimeException outage;

    /** What the place says of its own health. */
    public List<Finding> probed = List.of();

    /** Keys that a creation left without a name. */
    public List<Orphan> orphans = List.of();

    /** What happens before every read and write. */
    public Runnable beforeRead = () -> {};

    /** What becomes of each signature before core sees it. */
    public UnaryOperator<SignResult> onSign = UnaryOperator.identity();

    /** What happens between core's look at a name and its attempt to take it. */
    public Runnable beforeCreate = () -> {};

    /** Opens a store over this backend; several may be open at once. */
    public BackendKeyStore open(KeyStoreOptions options) {
        return new BackendKeyStore(this, options, new JcaProviders(List.of(), Optional.of("jdk")));
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Abilities abilities() {
        Abilities.Builder abilities =
                Abilities.builder().makesKeys(this).importsKeys(this).destroysKeys(this::forget);
        if (!orphans.isEmpty()) {
            abilities.findsOrphans(new Orphans());
        }
        if (!lacks.contains(Capability.LIFECYCLE)) {
            abilities.keepsRecords(this).claimsGenerations(this);
        }
        return abilities.build();
    }

    private final class Orphans implements FindsOrphans {
        @Override
        public List<Orphan> orphans() {
            return orphans;
        }

        @Override
        public void removeOrphan(KeyId id) {
            calls.add("remove orphan " + id);
        }
    }

    @Override
    public List<Finding> probe(HealthLevel level) {
        calls.add("probe " + level);
        return probed;
    }

    private void forget(KeyId id) {
        calls.add("destroy " + id);
        privateKeys.remove(id);
        keys.computeIfPresent(id, (same, key) -> key.withService(new Service.Gone("it is destroyed.")));
    }

    @Override
    public KeyId parse(String text) {
        return new KeyId(new KeyName(text).value());
    }

    @Override
    public StoredKey create(CreateKey request) {
        calls.add("create " + request.name());
        beforeCreate.run();
        return add(request.name().value(), LOCAL_KEYS.generate(request.spec()), request.record());
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        calls.add("import " + request.name());
        return add(request.name().value(), new KeyPair(request.publicKey(), request.privateKey()), request.record());
    }

    /** Puts a key in as another tool may have made it. */
    public StoredKey add(String name, KeyPair pair, KeyAttributes attributes) {
        return add(name, pair, KeyRecord.of(attributes));
    }

    private StoredKey add(String name, KeyPair pair, KeyRecord record) {
        KeyId id = new KeyId(name);
        StoredKey key = StoredKey.builder(id, new PublicHalf.Vouched(pair.getPublic()), ProtectionLevel.SOFTWARE)
                .record(present(record))
                .build();
        if (keys.putIfAbsent(id, key) != null) {
            throw new KeyExistsException("There is a key '" + id + "'.");
        }
        privateKeys.put(id, pair.getPrivate());
        return key;
    }

    private static StoredRecord present(KeyRecord record) {
        return new StoredRecord.Present(record, Integer.toString(record.hashCode()));
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
        PublicHalf.Vouched half = (PublicHalf.Vouched) keys.get(id).publicHalf();
        SignResult result =
                LOCAL_KEYS.load(privateKeys.get(id), half.key(), id.value()).sign(algorithm, input);
        return onSign.apply(result);
    }

    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        read("put " + read.id());
        boolean[] overtaken = new boolean[1];
        StoredKey standing = keys.computeIfPresent(read.id(), (id, old) -> {
            overtaken[0] = !old.record().equals(read.record());
            return overtaken[0] ? old : old.withRecord(present(changed));
        });
        if (standing == null) {
            throw new KeyNotFoundException("There is no key '" + read.id() + "'.");
        }
        return overtaken[0] ? new PutResult.Overtaken(standing) : new PutResult.Written(standing);
    }

    /** Changes a key as another instance does. */
    public void change(KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        keys.computeIfPresent(id, (same, old) -> {
            KeyRecord record = old.record().legible().orElseThrow().with(change);
            return old.withRecord(
                    present(record.toBuilder().revision(record.revision() + 1).build()));
        });
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        read("members " + ring);
        return keys.values().stream()
                .filter(key -> key.record()
                        .legible()
                        .flatMap(record -> record.attributes().ring())
                        .filter(at -> at.ring().equals(ring))
                        .isPresent())
                .toList();
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        calls.add("remove " + id);
        boolean holder = rings.values().stream().anyMatch(claims -> claims.containsValue(id));
        if (!holder) {
            keys.remove(id);
        }
        return !holder;
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        read("holder " + position.ring() + "/" + position.generation());
        return Optional.ofNullable(rings.getOrDefault(position.ring(), new ConcurrentSkipListMap<>())
                .get(position.generation()));
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
        return Set.copyOf(rings.keySet()); // as they are now
    }

    @Override
    public void close() {
        calls.add("close");
    }

    private void read(String call) {
        calls.add(call);
        beforeRead.run();
        if (outage != null) {
            throw outage;
        }
    }
}
