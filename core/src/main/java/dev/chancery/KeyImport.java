package dev.chancery;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.discovery.Discovery;
import dev.chancery.key.KeyName;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Optional;

/**
 * A key pair to take into a store. The private key is held by reference only, and never shown.
 *
 * <p>Not a record: a secret has no {@code toString} that shows it and no {@code equals} that compares it.
 */
public final class KeyImport {
    private final KeyName name;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final Optional<KeyName> ring;

    /**
     * Describes the import.
     *
     * @param name the key's name in the store
     * @param pair the pair; that the two halves belong together is proven before anything is written
     * @param ring the ring that the key belongs to, or empty
     */
    public KeyImport(KeyName name, KeyPair pair, Optional<KeyName> ring) {
        this.name = name;
        this.privateKey = pair.getPrivate();
        this.publicKey = pair.getPublic();
        this.ring = ring;
    }

    /**
     * Reads a private key as {@code openssl} and other tools write it.
     *
     * @param name the key's name in the store
     * @param pem the content of a PEM file
     * @param passphrase the passphrase of an encrypted key, or empty; the caller wipes it
     * @param ring the ring that the key belongs to, or empty
     * @return the import
     * @throws IntegrityException if the PEM is malformed
     * @throws KeyAccessException if the passphrase is missing or wrong
     * @throws UnsupportedException if the key is of no supported kind
     */
    public static KeyImport fromPem(KeyName name, byte[] pem, Optional<char[]> passphrase, Optional<KeyName> ring) {
        return new KeyImport(name, Discovery.decoder().decode(pem, passphrase, "the key to import as " + name), ring);
    }

    /**
     * The key's name in the store.
     *
     * @return the name
     */
    public KeyName name() {
        return name;
    }

    /**
     * The private half.
     *
     * @return the key
     */
    public PrivateKey privateKey() {
        return privateKey;
    }

    /**
     * The public half.
     *
     * @return the key
     */
    public PublicKey publicKey() {
        return publicKey;
    }

    /**
     * The ring that the key belongs to.
     *
     * @return the ring's name, or empty
     */
    public Optional<KeyName> ring() {
        return ring;
    }

    /** Returns the name only. */
    @Override
    public String toString() {
        return "KeyImport[" + name + "]";
    }
}
