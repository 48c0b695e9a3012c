package dev.chancery.internal;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
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
import dev.chancery.spi.Operation;
import dev.chancery.spi.OperationType;
import dev.chancery.spi.Outcome;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A backend with interceptors around each of its changes, whichever part of core asks for them. Signatures pass through:
 * {@link BackendSigner} knows what was denied, and when a signature is good enough to be handed out.
 */
final class InterceptedBackend implements KeyBackend {
    private final KeyBackend backend;
    private final Operations operations;
    private final Function<KeyId, Optional<KeyMetadata>> known;
    private final Function<StoredKey, KeyMetadata> metadata;

    /**
     * Stands in front of a backend.
     *
     * @param known what this process knows of a key already, without asking the store
     * @param metadata what to make of an answer of the store
     */
    InterceptedBackend(
            KeyBackend backend,
            Operations operations,
            Function<KeyId, Optional<KeyMetadata>> known,
            Function<StoredKey, KeyMetadata> metadata) {
        this.backend = backend;
        this.operations = operations;
        this.known = known;
        this.metadata = metadata;
    }

    @Override
    public StoredKey create(CreateKey request) {
        Operation.Builder operation =
                operations.begin(OperationType.GENERATE).keyName(request.name()).ring(ringOf(request.attributes()));
        return operations.step(
                operation.build(), () -> backend.create(request), created -> changed(created, Optional.empty()));
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        Operation.Builder operation =
                operations.begin(OperationType.IMPORT).keyName(request.name()).ring(ringOf(request.attributes()));
        return operations.step(
                operation.build(), () -> backend.importKey(request), taken -> changed(taken, Optional.empty()));
    }

    private static @Nullable KeyName ringOf(KeyAttributes attributes) {
        return attributes.ring().map(RingPosition::ring).orElse(null);
    }

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return change(OperationType.UPDATE, id, change, watched -> backend.update(id, watched));
    }

    @Override
    public StoredKey transition(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        Optional<KeyState> before = known.apply(id).map(KeyMetadata::state);
        return change(OperationType.of(to, before), id, change, watched -> backend.transition(id, to, watched));
    }

    private StoredKey change(
            OperationType type,
            KeyId id,
            UnaryOperator<KeyAttributes> change,
            Function<UnaryOperator<KeyAttributes>, StoredKey> step) {
        AtomicReference<@Nullable KeyState> from = new AtomicReference<>();
        UnaryOperator<KeyAttributes> watched = old -> {
            KeyAttributes changed = change.apply(old);
            from.set(old.state());
            return changed;
        };
        return operations.step(
                about(type, id).build(),
                () -> step.apply(watched),
                stored -> changed(stored, Optional.ofNullable(from.get())));
    }

    private Operation.Builder about(OperationType type, KeyId id) {
        Operation.Builder operation = operations.begin(type).keyId(id);
        known.apply(id).ifPresent(operation::key);
        return operation;
    }

    private Outcome changed(StoredKey stored, Optional<KeyState> from) {
        return new Outcome.Changed(metadata.apply(stored), from);
    }

    @Override
    public void discard(KeyId id) {
        operations.step(
                about(OperationType.DISCARD, id).build(),
                () -> {
                    backend.discard(id);
                    return id;
                },
                done -> new Outcome.Done("A candidate that never signed was removed."));
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return operations.step(
                about(OperationType.PROMOTE, candidate).ring(position.ring()).build(),
                () -> backend.claim(position, candidate),
                claim -> new Outcome.Promoted(claim.position(), claim.holder()));
    }

    @Override
    public StoredKey reencrypt(KeyId id) {
        return operations.step(
                about(OperationType.REENCRYPT, id).build(),
                () -> backend.reencrypt(id),
                stored -> new Outcome.Done("The private key was written again."));
    }

    // --- what changes nothing

    @Override
    public String location() {
        return backend.location();
    }

    @Override
    public Set<Capability> capabilities() {
        return backend.capabilities();
    }

    @Override
    public Duration stateTtl() {
        return backend.stateTtl();
    }

    @Override
    public KeyId parse(String text) {
        return backend.parse(text);
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return backend.find(id);
    }

    @Override
    public Stream<StoredKey> list() {
        return backend.list();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return backend.sign(id, algorithm, input);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return backend.claims(ring);
    }

    @Override
    public Set<KeyName> rings() {
        return backend.rings();
    }

    @Override
    public boolean follows(KeyId id) {
        return backend.follows(id);
    }

    @Override
    public boolean withholdsPublicKey(KeyState to) {
        return backend.withholdsPublicKey(to);
    }

    @Override
    public List<Orphan> orphans() {
        return backend.orphans();
    }

    @Override
    public void removeOrphan(KeyId id) {
        operations.step(
                about(OperationType.DISCARD, id).build(),
                () -> {
                    backend.removeOrphan(id);
                    return id;
                },
                done -> new Outcome.Done("A key that never got its name was removed."));
    }

    @Override
    public List<Finding> probe(HealthLevel level) {
        return backend.probe(level);
    }

    @Override
    public void close() {
        backend.close();
    }
}
