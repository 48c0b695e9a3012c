package dev.chancery.internal;

import dev.chancery.ChanceryException;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeyNotFoundException;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.UnsupportedException;
import dev.chancery.Verifier;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.spi.Claim;
import dev.chancery.spi.OperationType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A ring as its claims in the store make it: the holder of the highest generation is current. */
final class BackendKeyring implements Keyring {
    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private final StoreContext context;
    private final KeyHandles handles;
    private final RingRotation rotation;
    private final KeyName name;
    private final Refreshing<List<Claim>> claims;
    private final Set<KeyId> warned = ConcurrentHashMap.newKeySet();

    BackendKeyring(StoreContext context, KeyHandles handles, RingRotation rotation, KeyName name) {
        this.context = context;
        this.handles = handles;
        this.rotation = rotation;
        this.name = name;
        this.claims = context.refreshing(() -> read(context, name));
    }

    private static List<Claim> read(StoreContext context, KeyName name) {
        List<Claim> claims = context.backend().claims(name);
        if (claims.isEmpty()) {
            throw new KeyNotFoundException("There is no ring '" + name + "' in " + context.location()
                    + ". `chancery generate --ring " + name + "` makes it.");
        }
        return claims;
    }

    @Override
    public KeyName name() {
        return name;
    }

    @Override
    public KeyMetadata current() {
        return currentHandle().metadata();
    }

    @Override
    public List<KeyMetadata> keys() {
        return members().stream().map(KeyHandle::metadata).toList();
    }

    @Override
    public Signer signer() {
        return new RingSigner(context, this);
    }

    @Override
    public Verifier verifier() {
        return InterceptedVerifier.ofRing(context, this);
    }

    @Override
    public Rotation rotate(RotationPolicy policy) {
        return whole(() -> rotation.rotate(this, policy));
    }

    @Override
    public Rotation rotateIfDue(RotationPolicy policy) {
        return whole(() -> rotation.rotateIfDue(this, policy));
    }

    @Override
    public Rotation promote(KeyId id, RotationPolicy policy) {
        return whole(() -> rotation.promote(this, id, policy));
    }

    private Rotation whole(Supplier<Rotation> rotated) {
        return context.operations().whole(OperationType.ROTATE, about -> about.ring(name), rotated);
    }

    /** What the store says now, not what this process remembers. */
    List<Claim> readClaims() {
        return read(context, name);
    }

    KeyHandle currentHandle() {
        return handles.get(currentId());
    }

    KeyId currentId() {
        return claims.get().value().get(0).holder();
    }

    /** Newest generation first. A key that is damaged or gone does not keep the others from verifying. */
    List<KeyHandle> members() {
        return claims.get().value().stream()
                .flatMap(claim -> usable(claim.holder()).stream())
                .toList();
    }

    private Optional<KeyHandle> usable(KeyId id) {
        try {
            KeyHandle handle = handles.get(id);
            handle.read();
            return Optional.of(handle);
        } catch (IntegrityException | KeyNotFoundException | UnsupportedException | KeyAccessException e) {
            leftOut(id, e);
            return Optional.empty();
        }
    }

    /** Whether anything here verifies a member's signatures. A member that has nothing does not keep the others from verifying. */
    boolean isVerifiable(KeyHandle member) {
        try {
            var unused = member.verifier();
            return true;
        } catch (UnsupportedException e) {
            leftOut(member.id(), e);
            return false;
        }
    }

    private void leftOut(KeyId id, ChanceryException why) {
        if (warned.add(id)) {
            LOG.warn("A key of the ring '{}' is left out: {}", name, why.getMessage());
        }
    }

    /** Reads claims and state of the current key again, now. */
    void reload() {
        reloadClaims();
        currentHandle().reload();
    }

    /** Reads again, now, which keys there are. */
    void reloadClaims() {
        claims.reload();
    }
}
