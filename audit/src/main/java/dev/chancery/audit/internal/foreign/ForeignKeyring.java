package dev.chancery.audit.internal.foreign;

import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import java.util.List;
import java.util.function.Supplier;

/** A ring of a store that core did not make. */
final class ForeignKeyring implements Keyring {
    private final Keyring ring;
    private final ForeignSteps steps;

    ForeignKeyring(Keyring ring, ForeignSteps steps) {
        this.ring = ring;
        this.steps = steps;
    }

    @Override
    public KeyName name() {
        return ring.name();
    }

    @Override
    public KeyMetadata current() {
        return ring.current();
    }

    @Override
    public List<KeyMetadata> keys() {
        return ring.keys();
    }

    @Override
    public Signer signer() {
        return new ForeignSigner(ring.signer(), steps);
    }

    @Override
    public Verifier verifier() {
        return new ForeignVerifier(ring.verifier(), steps, null, ring.name());
    }

    @Override
    public Rotation rotate(RotationPolicy policy) {
        return takeStep(() -> ring.rotate(policy));
    }

    @Override
    public Rotation rotateIfDue(RotationPolicy policy) {
        return takeStep(() -> ring.rotateIfDue(policy));
    }

    @Override
    public Rotation promote(KeyId id, RotationPolicy policy) {
        return takeStep(() -> ring.promote(id, policy));
    }

    private Rotation takeStep(Supplier<Rotation> call) {
        return steps.step(
                steps.begin(OperationType.ROTATE).ring(ring.name()),
                call,
                rotation -> new Outcome.Promoted(
                        new RingPosition(rotation.ring(), rotation.generation()), rotation.current()));
    }
}
