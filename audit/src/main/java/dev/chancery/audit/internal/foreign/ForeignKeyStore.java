package dev.chancery.audit.internal.foreign;

import dev.chancery.Capability;
import dev.chancery.CompromiseReport;
import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.Orphan;
import dev.chancery.key.UnusableKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A store that core did not make, audited method by method: what it does on its own behalf inside a call is not seen. */
public final class ForeignKeyStore implements KeyStore {
    private final KeyStore store;
    private final ForeignSteps steps;

    public ForeignKeyStore(KeyStore store, OperationInterceptor interceptor) {
        this.store = store;
        this.steps = new ForeignSteps(store.location(), interceptor);
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public KeyMetadata generate(KeyRequest request) {
        Operation.Builder about =
                steps.begin(OperationType.GENERATE).ring(request.ring().orElse(null));
        request.name().ifPresent(about::keyName);
        return steps.step(about, () -> store.generate(request), key -> new Outcome.Changed(key, Optional.empty()));
    }

    @Override
    public KeyMetadata importKey(KeyImport request) {
        return steps.step(
                steps.begin(OperationType.IMPORT)
                        .keyName(request.name())
                        .ring(request.ring().orElse(null)),
                () -> store.importKey(request),
                key -> new Outcome.Changed(key, Optional.empty()));
    }

    @Override
    public KeyId resolve(String text) {
        return store.resolve(text);
    }

    @Override
    public KeyMetadata get(KeyId id) {
        return store.get(id);
    }

    @Override
    public List<KeyMetadata> list() {
        return store.list();
    }

    @Override
    public List<UnusableKey> unusable() {
        return store.unusable();
    }

    @Override
    public KeyListing listing() {
        return store.listing();
    }

    @Override
    public List<Keyring> rings() {
        return store.rings().stream()
                .<Keyring>map(ring -> new ForeignKeyring(ring, steps))
                .toList();
    }

    @Override
    public Keyring ring(String name) {
        return new ForeignKeyring(store.ring(name), steps);
    }

    @Override
    public Signer signer(KeyId id) {
        return new ForeignSigner(store.signer(id), steps);
    }

    @Override
    public Signer signer(KeyId id, SignatureAlgorithm algorithm) {
        return new ForeignSigner(store.signer(id, algorithm), steps);
    }

    @Override
    public Signer defaultSigner() {
        return new ForeignSigner(store.defaultSigner(), steps);
    }

    @Override
    public Verifier verifier(KeyId id) {
        return new ForeignVerifier(store.verifier(id), steps, id, null);
    }

    @Override
    public KeyMetadata changeState(KeyId id, KeyState to, String reason) {
        Optional<KeyMetadata> before = find(id);
        Operation.Builder about = steps.begin(OperationType.of(to, before.map(KeyMetadata::state)))
                .keyId(id)
                .reason(reason);
        before.ifPresent(about::key);
        return steps.step(
                about,
                () -> store.changeState(id, to, reason),
                key -> new Outcome.Changed(key, before.map(KeyMetadata::state)));
    }

    /** What cannot be looked up must not keep a key from being taken out of service. */
    private Optional<KeyMetadata> find(KeyId id) {
        try {
            return Optional.of(store.get(id));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public CompromiseReport compromise(KeyId id, CompromisedSince since, String reason) {
        return steps.step(
                steps.begin(OperationType.COMPROMISE).keyId(id).reason(reason),
                () -> store.compromise(id, since, reason),
                report -> new Outcome.Done("compromised since " + report.since()));
    }

    @Override
    public List<Orphan> orphans() {
        return store.orphans();
    }

    @Override
    public void removeOrphan(KeyId id) {
        steps.step(
                steps.begin(OperationType.DISCARD).keyId(id),
                () -> {
                    store.removeOrphan(id);
                    return id;
                },
                removed -> new Outcome.Done("A key that never got its name was removed."));
    }

    @Override
    public KeyMetadata trust(KeyId id, String fingerprint) {
        return steps.step(
                steps.begin(OperationType.UPDATE).keyId(id),
                () -> store.trust(id, fingerprint),
                key -> new Outcome.Done("The fingerprint " + key.fingerprint() + " was confirmed."));
    }

    @Override
    public KeyMetadata reencrypt(KeyId id) {
        return steps.step(
                steps.begin(OperationType.REENCRYPT).keyId(id),
                () -> store.reencrypt(id),
                key -> new Outcome.Done("The private key was written again."));
    }

    @Override
    public byte[] exportBackup(KeyId id) {
        return steps.step(
                steps.begin(OperationType.BACK_UP).keyId(id),
                () -> store.exportBackup(id),
                backup -> new Outcome.Done("A backup of " + backup.length + " bytes was handed out."));
    }

    @Override
    public Optional<KeyAttestation> attestation(KeyId id) {
        return steps.step(
                steps.begin(OperationType.ATTEST).keyId(id),
                () -> store.attestation(id),
                found -> new Outcome.Done(
                        found.map(attestation -> "An attestation was handed out, " + attestation.format() + ".")
                                .orElse("The place attests nothing of this key.")));
    }

    @Override
    public HealthReport health(HealthLevel level) {
        return steps.step(
                steps.begin(OperationType.HEALTH),
                () -> store.health(level),
                report -> new Outcome.Done(report.isHealthy() ? "healthy" : "not healthy"));
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    @Override
    public void close() {
        store.close();
    }
}
