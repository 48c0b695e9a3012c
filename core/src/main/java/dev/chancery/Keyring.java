package dev.chancery;

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
}
