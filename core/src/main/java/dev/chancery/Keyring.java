package dev.chancery;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.VerifyOptions;
import java.util.List;

/** A named series of keys used for one purpose, one of them current. Thread-safe. */
public interface Keyring {

    /**
     * The ring's name.
     *
     * @return the name
     */
    KeyName name();

    /**
     * The key that the ring signs with now.
     *
     * @return its metadata
     * @throws KeyNotFoundException if the ring has no key
     */
    KeyMetadata current();

    /**
     * The keys that are or have been current.
     *
     * @return the keys, newest generation first
     */
    List<KeyMetadata> keys();

    /**
     * A signer that always uses the current key, rotation or not.
     *
     * @return the signer
     * @throws KeyNotFoundException if the ring has no key
     */
    Signer signer();

    /**
     * A verifier that accepts a signature of any key of the ring that may still verify, and says which one it was.
     *
     * <p>With {@link VerifyOptions#keyHint()} one key is tried; without, the newest first, each once.
     *
     * @return the verifier
     */
    Verifier verifier();

    /**
     * When this ring's keys are due and of what kind the next one is, where a call does not say.
     *
     * @return what the store was opened with, {@link KeyStoreOptions#rotationPolicy()}
     */
    default RotationPolicy rotationPolicy() {
        return RotationPolicy.PRODUCTION;
    }

    /**
     * Makes a new key the current one, now, with {@link #rotationPolicy()}.
     *
     * @return where the ring stands now
     * @throws ConfigurationException if this machine's clock stands before the current key's promotion
     * @throws PolicyViolationException if the key policy forbids the kind of the next key
     * @see #rotate(RotationPolicy)
     */
    default Rotation rotate() {
        return rotate(rotationPolicy());
    }

    /**
     * Makes a new key the current one, now: creates it or takes a waiting {@code PRE_ACTIVE} key of the right kind, claims
     * the next generation for it, and lets the old key sign on for a short overlap. The old key goes on verifying. Safe to
     * repeat after a crash: what the crash left is finished first, and counts.
     *
     * @param policy the kind of the next key, and when it is due in turn
     * @return where the ring stands now
     * @throws ConfigurationException if this machine's clock stands before the current key's promotion
     * @throws PolicyViolationException if the key policy forbids the kind of the next key
     */
    Rotation rotate(RotationPolicy policy);

    /**
     * Rotates if the current key is due by {@link #rotationPolicy()}.
     *
     * @return where the ring stands now, also if another instance rotated it
     * @throws ConfigurationException if this machine's clock stands before the current key's promotion
     * @throws PolicyViolationException if the key policy forbids the kind of the next key
     * @see #rotateIfDue(RotationPolicy)
     */
    default Rotation rotateIfDue() {
        return rotateIfDue(rotationPolicy());
    }

    /**
     * Rotates if the current key is due, publishes the next key if its lead time has begun, and warns listeners after 80 %
     * of the period. Idempotent: every instance of a fleet may call it at once, and gets an equal answer.
     *
     * @param policy when, and to what kind of key
     * @return where the ring stands now, also if another instance rotated it
     * @throws ConfigurationException if this machine's clock stands before the current key's promotion
     * @throws PolicyViolationException if the key policy forbids the kind of the next key
     */
    Rotation rotateIfDue(RotationPolicy policy);

    /**
     * Makes a certain key the current one. Promoting the current key changes nothing.
     *
     * @param id a {@code PRE_ACTIVE} key of this ring
     * @param policy when the key is due in turn
     * @return where the ring stands now
     * @throws KeyStateException if the key is not of this ring or not waiting
     */
    Rotation promote(KeyId id, RotationPolicy policy);
}
