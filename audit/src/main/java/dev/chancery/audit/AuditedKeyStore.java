package dev.chancery.audit;

import dev.chancery.Capability;
import dev.chancery.CompromiseReport;
import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.audit.health.AuditHealth;
import dev.chancery.audit.options.AuditMode;
import dev.chancery.error.UnsupportedException;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.Orphan;
import dev.chancery.key.UnusableKey;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A store every use of whose keys is on record. What it hands out is audited too, and so is everything that the store
 * underneath does or hands out, even what it handed out before.
 *
 * <pre>{@code
 * KeyStore store = AuditedKeyStore.wrap(KeyStores.open(uri), AuditLog.open(directory, auditSigner));
 * try (var as = Caller.of("alice").ip("10.0.0.7").userAgent("issuer/2.1").enter()) {
 *     signer.sign(document);
 * }
 * }</pre>
 *
 * <p>Where a use cannot be written down, the call throws {@link dev.chancery.error.AuditUnavailableException} and hands nothing out;
 * {@link AuditMode} has more.
 */
public final class AuditedKeyStore implements KeyStore {
    private final KeyStore store;
    private final AuditLog log;

    private AuditedKeyStore(KeyStore store, AuditLog log) {
        this.store = store;
        this.log = log;
    }

    /**
     * Puts a store on record, for as long as it is open: it records every use from now on by itself, and cannot be unwrapped.
     *
     * @param store the store, of any provider; closed with the result. A store that core did not make is refused: wrap the one
     *     inside it, and put what you have around the result
     * @param log the log; closed with the result
     * @return the same store, audited
     * @throws UnsupportedException if core did not make the store, so that what it does on its own behalf could not be seen;
     *     neither is closed then
     */
    public static KeyStore wrap(KeyStore store, AuditLog log) {
        store.intercept(log.interceptor());
        return new AuditedKeyStore(store, log);
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public KeyMetadata generate(KeyRequest request) {
        return store.generate(request);
    }

    @Override
    public KeyMetadata importKey(KeyImport request) {
        return store.importKey(request);
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
        return store.rings();
    }

    @Override
    public Keyring ring(String name) {
        return store.ring(name);
    }

    @Override
    public Keyring adopt(String ring, Collection<KeyId> keys) {
        return store.adopt(ring, keys);
    }

    @Override
    public Signer signer(KeyId id) {
        return store.signer(id);
    }

    @Override
    public Signer signer(KeyId id, SignatureAlgorithm algorithm) {
        return store.signer(id, algorithm);
    }

    @Override
    public Signer defaultSigner() {
        return store.defaultSigner();
    }

    @Override
    public Verifier verifier(KeyId id) {
        return store.verifier(id);
    }

    @Override
    public KeyMetadata changeState(KeyId id, KeyState to, String reason) {
        return store.changeState(id, to, reason);
    }

    @Override
    public CompromiseReport compromise(KeyId id, CompromisedSince since, String reason) {
        return store.compromise(id, since, reason);
    }

    @Override
    public List<Orphan> orphans() {
        return store.orphans();
    }

    @Override
    public void removeOrphan(KeyId id) {
        store.removeOrphan(id);
    }

    @Override
    public KeyMetadata trust(KeyId id, String fingerprint) {
        return store.trust(id, fingerprint);
    }

    @Override
    public KeyMetadata reencrypt(KeyId id) {
        return store.reencrypt(id);
    }

    @Override
    public byte[] exportBackup(KeyId id) {
        return store.exportBackup(id);
    }

    @Override
    public Optional<KeyAttestation> attestation(KeyId id) {
        return store.attestation(id);
    }

    /** What the store finds, and whether the log can be written; {@link AuditHealth} looks closer at the log. */
    @Override
    public HealthReport health(HealthLevel level) {
        return store.health(level).with(List.of(AuditHealth.of(log.directory()).place()));
    }

    @Override
    public void intercept(OperationInterceptor interceptor) {
        store.intercept(interceptor);
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    /** Closes the store, then the log. */
    @Override
    public void close() {
        try {
            store.close();
        } finally {
            log.close();
        }
    }
}
