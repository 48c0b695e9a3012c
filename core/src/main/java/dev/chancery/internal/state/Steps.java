package dev.chancery.internal.state;

import dev.chancery.Capability;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.Deadline;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps that change a store, each with the interceptors around it: the intent before its first effect, the outcome after its last. What a step
 * reads back or repeats is no step of its own. Nothing else in core asks a backend for a change.
 */
public final class Steps {
    private final StoreContext context;
    private final Operations operations;

    Steps(StoreContext context) {
        this.context = context;
        this.operations = context.operations();
    }

    /** What became of a key, and the state that it was in. */
    public record Changed(StoredKey key, Optional<KeyState> from) {}

    public StoredKey create(CreateKey order) {
        var makes = context.ability(context.abilities().makesKeys(), Capability.GENERATE);
        // A token or a cloud makes a key in its own time.
        return make(
                OperationType.GENERATE,
                order.name(),
                order.record().attributes(),
                () -> Deadline.apart(() -> makes.create(order)));
    }

    public StoredKey importKey(ImportKey order) {
        var imports = context.ability(context.abilities().importsKeys(), Capability.IMPORT);
        return make(OperationType.IMPORT, order.name(), order.record().attributes(), () -> imports.importKey(order));
    }

    private StoredKey make(OperationType type, KeyName name, KeyAttributes attributes, Supplier<StoredKey> order) {
        Supplier<StoredKey> step = () -> {
            StoredKey made = order.get();
            context.recent().rememberMade(made);
            context.handles().forget(made.id());
            return made;
        };
        if (!operations.isWatched()) {
            return step.get();
        }
        Operation operation =
                operations.begin(type).keyName(name).ring(ringOf(attributes)).build();
        return operations.step(operation, step, made -> outcome(made, Optional.empty()));
    }

    private static @Nullable KeyName ringOf(KeyAttributes attributes) {
        return attributes.ring().map(RingPosition::ring).orElse(null);
    }

    /** Takes the steps of one change of one key, in the order that its kind needs. */
    public Changed change(OperationType type, KeyId id, Supplier<Changed> change) {
        return step(type, id, change, changed -> outcome(changed.key(), changed.from()));
    }

    /** An operation on one key; without interceptors, nothing is put together that only they would see. */
    private <T> T step(OperationType type, KeyId id, Supplier<T> step, Function<T, Outcome> outcome) {
        return operations.isWatched() ? operations.step(about(type, id).build(), step, outcome) : step.get();
    }

    private Operation.Builder about(OperationType type, KeyId id) {
        Operation.Builder operation = operations.begin(type).keyId(id);
        context.handles().known(id).ifPresent(operation::key);
        return operation;
    }

    /** A key that cannot be shown, because its public half is kept back, is told of all the same. */
    private Outcome outcome(StoredKey key, Optional<KeyState> from) {
        return context.judge().problem(key).isEmpty()
                ? new Outcome.Changed(context.judge().snapshot(key).metadata(), from)
                : new Outcome.Done("Key " + key.id() + " is "
                        + context.judge().record(key).attributes().state() + " now.");
    }

    public Claim claim(RingPosition position, KeyId candidate, Supplier<Claim> claim) {
        if (!operations.isWatched()) {
            return claim.get();
        }
        return operations.step(
                about(OperationType.PROMOTE, candidate).ring(position.ring()).build(),
                claim,
                standing -> new Outcome.Promoted(standing.position(), standing.holder()));
    }

    public void removeCandidate(KeyId id, Runnable removal) {
        context.recent().forgetMade(id);
        run(OperationType.DISCARD, id, removal, "A candidate that never signed was removed.");
    }

    public void removeOrphan(KeyId id, Runnable removal) {
        run(OperationType.DISCARD, id, removal, "A key that never got its name was removed.");
    }

    private void run(OperationType type, KeyId id, Runnable step, String done) {
        var unused = step(
                type,
                id,
                () -> {
                    step.run();
                    return id;
                },
                ran -> new Outcome.Done(done));
    }

    public StoredKey reencrypt(KeyId id) {
        var reencrypts = context.ability(context.abilities().reencryptsKeys(), Capability.REENCRYPT);
        return step(
                OperationType.REENCRYPT,
                id,
                () -> reencrypts.reencrypt(id),
                written -> new Outcome.Done("The private key was written again."));
    }

    public byte[] backUp(KeyId id) {
        var backsUp = context.ability(context.abilities().backsUpKeys(), Capability.BACKUP);
        return step(
                OperationType.BACK_UP,
                id,
                () -> backsUp.backUp(id),
                backup -> new Outcome.Done("A backup of " + backup.length + " bytes was handed out."));
    }

    public Optional<KeyAttestation> attest(KeyMetadata key) {
        var attests = context.ability(context.abilities().attestsKeys(), Capability.ATTESTATION);
        return step(
                OperationType.ATTEST,
                key.id(),
                () -> attests.attest(key.id(), key.publicKey()),
                found -> new Outcome.Done(
                        found.map(attestation -> "An attestation was handed out, " + attestation.format() + ", "
                                        + (attestation.isVerified() ? "verified." : "not verified."))
                                .orElse("The place attests nothing of this key.")));
    }
}
