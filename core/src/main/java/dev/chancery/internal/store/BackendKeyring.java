package dev.chancery.internal.store;

import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.lifecycle.Ring;
import dev.chancery.internal.lifecycle.RingRotation;
import dev.chancery.internal.signing.RingSigner;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.internal.verifying.InterceptedVerifier;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** A ring of an open store, as applications see it. */
final class BackendKeyring implements Keyring {
    private final StoreContext context;
    private final Ring ring;
    private final RingRotation rotation;

    BackendKeyring(StoreContext context, Ring ring, RingRotation rotation) {
        this.context = context;
        this.ring = ring;
        this.rotation = rotation;
    }

    Ring ring() {
        return ring;
    }

    @Override
    public KeyName name() {
        return ring.name();
    }

    @Override
    public KeyMetadata current() {
        return ring.currentHandle().metadata();
    }

    @Override
    public List<KeyMetadata> keys() {
        return ring.members().stream().map(KeyHandle::metadata).toList();
    }

    @Override
    public Signer signer() {
        return new RingSigner(context, ring);
    }

    @Override
    public Verifier verifier() {
        return InterceptedVerifier.ofRing(context, ring);
    }

    @Override
    public RotationPolicy rotationPolicy() {
        return context.options().rotationPolicy();
    }

    @Override
    public Rotation rotate(RotationPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return whole(() -> rotation.rotate(ring, policy));
    }

    @Override
    public Rotation rotateIfDue(RotationPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return whole(() -> rotation.rotateIfDue(ring, policy));
    }

    @Override
    public Rotation promote(KeyId id, RotationPolicy policy) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(policy, "policy");
        return whole(() -> rotation.promote(ring, id, policy));
    }

    private Rotation whole(Supplier<Rotation> rotated) {
        return context.operations().whole(OperationType.ROTATE, about -> about.ring(ring.name()), rotated);
    }
}
