package dev.chancery.spi;

import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import java.security.PublicKey;
import java.util.Optional;

/** The ability to fetch what the place, or its hardware, states about a key. Thread-safe. */
public interface AttestsKeys {
    /**
     * Fetches an attestation, and changes nothing. Where the statements are signed and the provider knows their format, it checks that they are signed
     * by the certificates that come with them, and are about this very key.
     *
     * @param id the key
     * @param key its public half, as core knows it
     * @return the attestation; empty if the place states nothing of this key, such as of one that it keeps in software
     * @throws dev.chancery.error.KeyNotFoundException if there is no such key
     * @throws dev.chancery.error.IntegrityException if a signature is wrong, or a statement is about another key
     */
    Optional<KeyAttestation> attest(KeyId id, PublicKey key);
}
