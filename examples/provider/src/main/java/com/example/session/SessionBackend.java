package com.example.session;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.security.KeyPair;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Keys are made, found and sign. Without {@link dev.chancery.spi.KeepsRecords} core refuses states and rings, in the right words. */
final class SessionBackend implements KeyBackend, MakesKeys {
    /** The kinds of keys that this place makes; core and the contract hear of the others by the refusal. */
    static final Set<KeySpec> SPECS = Set.of(KeySpec.EC_P256, KeySpec.ED25519);

    private final String location;
    private final Map<KeyId, SessionKey> keys;
    private final LocalKeys localKeys;
    private final Clock clock;

    SessionBackend(String location, Map<KeyId, SessionKey> keys, KeyStoreConfig config) {
        this.location = location;
        this.keys = keys;
        this.localKeys = config.localKeys();
        this.clock = config.options().clock();
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public Traits traits() {
        return Traits.ofLocalPlace().build();
    }

    @Override
    public Abilities abilities() {
        return Abilities.of(this);
    }

    @Override
    public KeyId parse(String text) {
        return new KeyId(new KeyName(text).value());
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return Optional.ofNullable(keys.get(id)).map(SessionKey::fact);
    }

    @Override
    public Stream<StoredKey> list() {
        return keys.values().stream().map(SessionKey::fact);
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        SessionKey key = keys.get(id);
        if (key == null) {
            throw new KeyNotFoundException("There is no key '" + id + "' in " + location + " any more.");
        }
        return key.ready().sign(algorithm, input);
    }

    @Override
    public StoredKey create(CreateKey order) {
        if (!SPECS.contains(order.spec())) {
            throw new UnsupportedException(location + " makes no " + order.spec() + " keys, only " + SPECS + ".");
        }
        KeyId id = new KeyId(order.name().value());
        KeyPair pair = localKeys.generate(order.spec());
        StoredKey fact = StoredKey.builder(id, new PublicHalf.Vouched(pair.getPublic()), ProtectionLevel.SOFTWARE)
                .created(clock.instant())
                .build();
        SessionKey made = new SessionKey(
                fact, pair.getPrivate(), localKeys.load(pair.getPrivate(), pair.getPublic(), id + " in " + location));
        if (keys.putIfAbsent(id, made) != null) {
            throw new KeyExistsException(
                    "There is a key '" + id + "' in " + location + " already. Choose another name.");
        }
        return fact;
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        keys.remove(id);
        return true; // no key of a session holds a generation
    }
}
