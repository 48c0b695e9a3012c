package dev.chancery;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.StoreUnavailableException;
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
import dev.chancery.options.KeyStoreOptions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A place that holds keys: a directory, a cloud service, a hardware token. Thread-safe; open one with
 * {@link KeyStores#open(String)} and keep it for the life of the application.
 *
 * <p>Every method may throw {@link KeyAccessException} and {@link StoreUnavailableException}. After {@link #close()} every
 * method of the store, its rings, signers and verifiers that asks the store for something throws {@link IllegalStateException}. A null argument is a
 * {@link NullPointerException} that names the parameter.
 */
public interface KeyStore extends AutoCloseable {
    /** What {@link #resolve} takes for a key alone, in front of its name: {@value}. */
    String KEY_PREFIX = "key:";

    /** What {@link #resolve} takes for a ring alone, in front of its name: {@value}. */
    String RING_PREFIX = "ring:";

    /**
     * Where the keys live.
     *
     * @return the store's URI without anything secret, for messages
     */
    String location();

    /**
     * Makes a key. It is there when this returns; when this throws, it is not, or (in a ring, if the store failed between the
     * key and its claim) it waits, {@code PRE_ACTIVE}, for the ring's next rotation.
     *
     * @param request the kind of key, and optionally its name and ring
     * @return the new key
     * @throws KeyExistsException if a key of that name exists, for nothing is ever overwritten; or a ring of that name, or a key of the new ring's name
     * @throws PolicyViolationException if the policy forbids that kind of key
     * @throws UnsupportedException if the store cannot make that kind of key
     */
    KeyMetadata generate(KeyRequest request);

    /**
     * Takes a key in that was made elsewhere.
     *
     * @param request the pair and its name
     * @return the key as it is in the store
     * @throws KeyExistsException if a key or a ring of that name exists, or a key of the new ring's name
     * @throws IntegrityException if the two halves do not belong together
     * @throws PolicyViolationException if the policy forbids that kind of key
     * @throws UnsupportedException if the store takes no keys, or the key is of no supported kind
     */
    KeyMetadata importKey(KeyImport request);

    /**
     * Reads a key id, as a person or a configuration file writes it.
     *
     * <p>A key goes before a ring of the same name; {@code key:} or {@code ring:} in front says which is meant.
     *
     * @param text a native key id of this store, a key's name, or the name of a ring, which means its current key
     * @return the id of the key
     * @throws ConfigurationException if the text cannot be a key id of this store
     * @throws KeyNotFoundException if it names no key and no ring
     */
    KeyId resolve(String text);

    /**
     * Looks a key up.
     *
     * @param id the key's id
     * @return its metadata, fresh from the store
     * @throws KeyNotFoundException if there is no such key
     * @throws IntegrityException if the key is damaged
     * @throws UnsupportedException if the key is of no supported kind
     */
    KeyMetadata get(KeyId id);

    /**
     * All usable keys, in every state.
     *
     * @return the keys, ordered by id
     */
    List<KeyMetadata> list();

    /**
     * The keys that are in the store and must not be used.
     *
     * @return damaged keys, keys of unsupported kinds and keys out of reach, ordered by id
     */
    List<UnusableKey> unusable();

    /**
     * Both of them, with one look at the store: a remote one of many keys takes its time.
     *
     * @return the usable keys and the others
     */
    default KeyListing listing() {
        return new KeyListing(list(), unusable());
    }

    /**
     * All rings.
     *
     * @return the rings, ordered by name
     */
    List<Keyring> rings();

    /**
     * A ring.
     *
     * @param name the ring's name
     * @return the ring
     * @throws KeyNotFoundException if the store has no such ring
     */
    Keyring ring(String name);

    /**
     * Makes a ring of keys that are there, such as those that other tools made: the oldest holds generation 1, and the youngest becomes the
     * ring's current key. The one before it signs on for the overlap of a rotation; older ones are deactivated. All go on verifying. Safe to repeat
     * with the same keys, which finishes what a crash left.
     *
     * @param ring the name of the new ring
     * @param keys the keys, in any order: it is their dates that count ({@link KeyMetadata#created}; of a foreign key in a directory its file's)
     * @return the ring
     * @throws ConfigurationException if the name is none, or no key is named
     * @throws KeyNotFoundException if one of the keys is not there
     * @throws KeyExistsException if there is a ring of that name with other keys, or a key of that name
     * @throws KeyStateException if a key is of another ring already or waits for one, if the youngest does not sign, or if another process gave a
     *     generation of the ring to another key at the same time
     * @throws UnsupportedException if the store keeps no rings
     */
    default Keyring adopt(String ring, Collection<KeyId> keys) {
        throw new UnsupportedException("The store " + location() + " adopts no keys: core did not make it.");
    }

    /**
     * A signer pinned to exactly this key, with its default algorithm.
     *
     * @param id the key's id
     * @return the signer
     * @throws KeyNotFoundException if there is no such key
     */
    Signer signer(KeyId id);

    /**
     * A signer pinned to exactly this key and algorithm.
     *
     * @param id the key's id
     * @param algorithm the algorithm
     * @return the signer
     * @throws KeyNotFoundException if there is no such key
     * @throws AlgorithmMismatchException if the algorithm does not fit the key
     */
    Signer signer(KeyId id, SignatureAlgorithm algorithm);

    /**
     * A signer for the key or ring of a name, as a configuration file or a command line has it: pinned to the key, or following the ring. A key goes
     * before a ring of the same name.
     *
     * @param name what {@link #resolve} reads
     * @return the signer
     * @throws ConfigurationException if the text cannot be a key id of this store
     * @throws KeyNotFoundException if it names no key and no ring
     */
    default Signer signer(String name) {
        KeyId id = resolve(name);
        return ringNamed(name, id).map(ring -> ring(ring).signer()).orElseGet(() -> signer(id));
    }

    /**
     * A signer for the key or ring that the configuration names ({@code CHANCERY_RING}, {@code CRYPTO_CURRENT_KEY_ID},
     * {@code CRYPTO_KMS_KEY_ID}, or {@link KeyStoreOptions}).
     *
     * @return the signer
     * @throws ConfigurationException if the configuration names neither
     * @throws KeyNotFoundException if what it names does not exist
     */
    Signer defaultSigner();

    /**
     * A verifier for one key.
     *
     * @param id the key's id
     * @return the verifier
     * @throws KeyNotFoundException if there is no such key
     */
    Verifier verifier(KeyId id);

    /**
     * A verifier for the key of a name, or for all keys of the ring of that name. A key goes before a ring of the same name, and vouches alone.
     *
     * @param name what {@link #resolve} reads
     * @return the verifier
     * @throws ConfigurationException if the text cannot be a key id of this store
     * @throws KeyNotFoundException if it names no key and no ring
     */
    default Verifier verifier(String name) {
        KeyId id = resolve(name);
        return ringNamed(name, id).map(ring -> ring(ring).verifier()).orElseGet(() -> verifier(id));
    }

    /** The ring that a name was read as: then its key has another id, and says whose it is. */
    private Optional<String> ringNamed(String name, KeyId resolved) {
        boolean stated = name.startsWith(RING_PREFIX);
        String ring = stated ? name.substring(RING_PREFIX.length()) : name;
        return Optional.of(ring)
                .filter(named -> stated || !resolved.value().equals(named))
                .filter(named -> get(resolved)
                        .ring()
                        .filter(position -> position.ring().value().equals(named))
                        .isPresent());
    }

    /**
     * Brings a key into another state, for good reason. Asking for the state that it is in changes nothing. Destroying keeps
     * the public half and the metadata: what the key signed goes on verifying. A key of a ring that went on while the key was on hold ends with its
     * overlap: resumed later than that, it becomes {@link KeyState#DEACTIVATED}.
     *
     * @param id the key's id
     * @param to the state, one of {@link KeyState#successors()} of the present one; for {@link KeyState#COMPROMISED} prefer
     *     {@link #compromise}, which also replaces the key
     * @param reason why; kept in the history
     * @return the key in its new state
     * @throws KeyStateException if no arrow leads from the present state to that one
     * @throws ConfigurationException if the reason is blank, too long or holds control characters
     * @throws UnsupportedException if the store keeps no states
     */
    KeyMetadata changeState(KeyId id, KeyState to, String reason);

    /**
     * Answers a compromise in one call: marks the key, so that no signer anywhere serves it for longer than the state's time
     * to live, generates an emergency key and promotes it where the compromised one was current, tells listeners, and
     * reports. Every step is tried, even after another has failed; calling again resumes.
     *
     * @param id the key's id
     * @param since the first instant of doubt, or {@link CompromisedSince#UNKNOWN}; a later one than before is ignored
     * @param reason what happened; kept in the history
     * @return what was done and what is left to do
     * @throws ConfigurationException if {@code since} is in the future, or the reason is unusable
     * @throws KeyNotFoundException if there is no such key
     */
    CompromiseReport compromise(KeyId id, CompromisedSince since, String reason);

    /**
     * Answers a compromise whose beginning is not known: no signature of the key is worth anything then.
     *
     * @param id the key's id
     * @param reason what happened; kept in the history
     * @return what was done and what is left to do
     * @throws ConfigurationException if the reason is unusable
     * @throws KeyNotFoundException if there is no such key
     * @see #compromise(KeyId, CompromisedSince, String)
     */
    default CompromiseReport compromise(KeyId id, String reason) {
        return compromise(id, CompromisedSince.UNKNOWN, reason);
    }

    /**
     * Confirms that a public half is a key's own, where the place does not vouch for it and the key cannot sign to prove it (a token without
     * login, a key that only decrypts). The key's record names the fingerprint from then on; where the store keeps no records, this open
     * store remembers it. A key that is proven already stays as it is.
     *
     * @param id the key's id
     * @param fingerprint SHA-256 of the SubjectPublicKeyInfo in hexadecimal, colons allowed, as the key's owner told it: from somewhere else
     *     than this store
     * @return the key, proven
     * @throws ConfigurationException if the text is no fingerprint
     * @throws KeyNotFoundException if there is no such key
     * @throws IntegrityException if the public half that is there has another fingerprint
     * @throws UnsupportedException if this store is not core's own
     */
    default KeyMetadata trust(KeyId id, String fingerprint) {
        throw new UnsupportedException("The store " + location() + " confirms no fingerprint: core did not make it.");
    }

    /**
     * Writes a private key again in the strongest form that the store knows, with the passphrase that is configured now.
     *
     * @param id the key's id
     * @return the key
     * @throws UnsupportedException if the store keeps no such form
     */
    KeyMetadata reencrypt(KeyId id);

    /**
     * Hands out a backup of a key that only its place can read and restore, such as another vault of the same subscription.
     *
     * @param id the key's id; what the place keeps together with it, such as all versions of its name, may be in the backup, too
     * @return the backup, opaque to Chancery
     * @throws KeyNotFoundException if there is no such key
     * @throws UnsupportedException if the store lacks {@link Capability#BACKUP}
     */
    default byte[] exportBackup(KeyId id) {
        throw new UnsupportedException("The store " + location() + " hands out no backups: it lacks BACKUP.");
    }

    /**
     * Fetches what the place, as a rule its hardware, states about a key: that it keeps it, and how.
     *
     * @param id the key's id
     * @return the attestation, checked as {@link KeyAttestation#isVerified} says; empty if the place states nothing of this key, such as of one that it keeps
     *     in software
     * @throws KeyNotFoundException if there is no such key
     * @throws dev.chancery.error.IntegrityException if a signature or chain is wrong, or a statement is about another key
     * @throws UnsupportedException if the store lacks {@link Capability#ATTESTATION}
     */
    default Optional<KeyAttestation> attestation(KeyId id) {
        throw new UnsupportedException("The store " + location() + " attests nothing: it lacks ATTESTATION.");
    }

    /**
     * What this store can do.
     *
     * @return an unmodifiable set
     */
    Set<Capability> capabilities();

    /**
     * Finds what failed creations left: keys that this store made and that never got their names. They are in no list, sign
     * nothing, and cost what the place asks for a key.
     *
     * @return the orphans, oldest first; empty for a store that makes a key in one step
     */
    List<Orphan> orphans();

    /**
     * Removes an orphan as {@link KeyState#DESTROYED} removes a key: for good, after the time that the place gives for a
     * change of mind.
     *
     * @param id an orphan's id
     * @throws KeyNotFoundException if it is no orphan of this store
     * @throws KeyStateException if it is so young that its creation may still go on
     * @throws UnsupportedException if the store has none
     */
    void removeOrphan(KeyId id);

    /**
     * Looks whether the store answers and whether the keys that should sign can: the current keys of all rings and the default
     * key; where there are neither, every active key. It takes 32 seconds at most, whatever hangs; {@code docs/health.md} has all checks.
     *
     * @param level how closely to look
     * @return what was found; a fault is a finding, not an exception
     */
    HealthReport health(HealthLevel level);

    /**
     * Puts an interceptor around every step of this store from now on, those of signers and verifiers that were handed out
     * before included. It stays until the store is closed. Interceptors are called in the order they were added, and
     * afterwards in the other.
     *
     * @param interceptor who stands around
     * @throws UnsupportedException if this store is not core's own
     */
    default void intercept(OperationInterceptor interceptor) {
        throw new UnsupportedException("The store " + location() + " takes no interceptor: core did not make it.");
    }

    /** Releases what the store holds: connections, sessions, keys in memory. Safe to call twice. */
    @Override
    void close();
}
