package dev.chancery.testkit.memory;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.testkit.store.SettableClock;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What the tests of shapes do again and again. */
public final class Shapes {
    /** When it is. */
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private Shapes() {}

    /** Opens a backend without core. */
    public static KeyBackend open(KeyStoreProvider provider, String uri, SettableClock clock) {
        KeyStoreOptions options = KeyStoreOptions.builder().clock(clock).build();
        return provider.open(new KeyStoreConfig(uri, options, new JdkKeys()));
    }

    /** A record as core gives it to a new key. */
    public static KeyRecord record(KeyState state) {
        return KeyRecord.of(
                KeyAttributes.builder(state, NOW, KeyOrigin.GENERATED).build());
    }

    /** Makes a key without a ring. */
    public static StoredKey make(KeyBackend backend, String name) {
        return make(backend, name, record(KeyState.ACTIVE));
    }

    /** Makes a key. */
    public static StoredKey make(KeyBackend backend, String name, KeyRecord record) {
        return backend.abilities()
                .makesKeys()
                .orElseThrow()
                .create(new CreateKey(new KeyName(name), KeySpec.EC_P256, record));
    }

    /** Writes a changed record over what was read. */
    public static PutResult put(KeyBackend backend, StoredKey read, UnaryOperator<KeyAttributes.Builder> change) {
        KeyRecord record = record(read);
        KeyRecord changed =
                record.with(change).toBuilder().revision(record.revision() + 1).build();
        return records(backend).put(read, changed, true);
    }

    /** The record of a key that has one. */
    public static KeyRecord record(StoredKey key) {
        return key.record().legible().orElseThrow();
    }

    /** All kinds but the longer RSA keys, which take seconds to make: the contract on files tries them, and it is core that makes them, there as here. */
    public static Set<KeySpec> signingSpecs() {
        return EnumSet.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P384, KeySpec.EC_P521, KeySpec.ED25519);
    }

    /** What no message may show. */
    static Set<String> privateHalves(MemoryPlace place) {
        return place.pairs.values().stream()
                .map(pair ->
                        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()))
                .collect(Collectors.toSet());
    }

    /** Loses a key as an accident does, and what was claimed for it. */
    static void lose(MemoryPlace place, KeyId id) {
        place.keys.remove(id);
        place.pairs.remove(id);
        place.holders.values().remove(id);
    }

    /** The ability. */
    public static KeepsRecords records(KeyBackend backend) {
        return backend.abilities().keepsRecords().orElseThrow();
    }

    /** A generation of the ring "sign". */
    public static RingPosition generation(long number) {
        return new RingPosition(new KeyName("sign"), number);
    }
}
