package dev.chancery.provider.pkcs11;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyState;
import dev.chancery.Orphan;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.time.Clock;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A token of keys. Finds with {@link TokenKeys}, makes with {@link KeyMaker}, signs with {@link SigningKeys}, changes with
 * {@link KeyChanges}; {@link TokenConnection} is the way there.
 */
final class Pkcs11KeyBackend implements KeyBackend {
    private final TokenConnection token;
    private final TokenKeys keys;
    private final KeyMaker maker;
    private final HalfMadeKeys halfMade;
    private final SigningKeys signing;
    private final KeyChanges changes;
    private final boolean lifecycle;
    private final Set<Capability> capabilities;

    Pkcs11KeyBackend(TokenConnection token, KeyRecords records, TokenKeys keys, Clock clock) {
        this.token = token;
        this.keys = keys;
        this.maker = new KeyMaker(token, keys, records);
        this.halfMade = new HalfMadeKeys(token, keys, records, clock);
        this.signing = new SigningKeys(token, keys);
        this.changes = new KeyChanges(token, keys, records, signing);
        this.lifecycle = records.keeps();
        this.capabilities = capabilities(token);
    }

    private Set<Capability> capabilities(TokenConnection connection) {
        Set<Capability> can = EnumSet.noneOf(Capability.class);
        Set<Long> mechanisms = connection.mechanisms();
        if (!connection.identity().has(Ck.CKF_WRITE_PROTECTED)) {
            can.add(Capability.IMPORT);
            can.add(Capability.ORPHANS);
            if (mechanisms.contains(Ck.CKM_RSA_PKCS_KEY_PAIR_GEN) || mechanisms.contains(Ck.CKM_EC_KEY_PAIR_GEN)) {
                can.add(Capability.GENERATE);
            }
        }
        if (lifecycle) {
            can.add(Capability.LIFECYCLE);
            can.add(Capability.CLAIM_BEST_EFFORT);
        }
        if (SigningMechanisms.needMessages(mechanisms)) {
            can.add(Capability.LOCAL_SIGNING); // so that core hands the message over
        }
        return Collections.unmodifiableSet(can);
    }

    @Override
    public String location() {
        return token.location();
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public KeyId parse(String text) {
        return TokenKeyId.parse(text).keyId();
    }

    @Override
    public StoredKey create(CreateKey request) {
        return maker.create(request);
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        return maker.importKey(request);
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        TokenKeyId wanted = TokenKeyId.parse(id);
        return token.call("Looking for key " + id, session -> keys.find(session, wanted));
    }

    @Override
    public Stream<StoredKey> list() {
        return token.call("Listing the keys", keys::list).stream();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return signing.sign(id, algorithm, input);
    }

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return lifecycle ? changes.update(id, change) : KeyBackend.super.update(id, change);
    }

    @Override
    public StoredKey transition(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        return lifecycle && to == KeyState.DESTROYED ? changes.destroy(id, change) : update(id, change);
    }

    @Override
    public void discard(KeyId id) {
        if (lifecycle) {
            changes.discard(id);
        } else {
            KeyBackend.super.discard(id);
        }
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return lifecycle ? changes.claim(position, candidate) : KeyBackend.super.claim(position, candidate);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return changes.claims(ring);
    }

    @Override
    public Set<KeyName> rings() {
        return changes.rings();
    }

    @Override
    public List<Orphan> orphans() {
        return halfMade.list();
    }

    @Override
    public void removeOrphan(KeyId id) {
        halfMade.remove(id);
    }

    @Override
    public List<Finding> probe(HealthLevel level) {
        return new TokenProbe(token).findings();
    }

    @Override
    public void close() {
        token.close();
    }
}
