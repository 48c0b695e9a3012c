package dev.chancery.spi.signing;

import java.security.KeyPair;
import java.util.Optional;

/**
 * Reads private keys as other tools write them; found with {@link java.util.ServiceLoader} by core, which holds no parser of
 * its own. Needs a public no-argument constructor.
 */
public interface KeyDecoder {

    /**
     * Reads a private key and derives or reads its public half.
     *
     * @param encoded a PEM file's content
     * @param passphrase the passphrase of an encrypted key, or empty; the caller wipes it
     * @param source what to call the input in messages
     * @return the pair
     * @throws dev.chancery.error.IntegrityException if the input is malformed
     * @throws dev.chancery.error.KeyAccessException if the passphrase is missing or wrong
     * @throws dev.chancery.error.UnsupportedException if the key is of no supported kind
     */
    KeyPair decode(byte[] encoded, Optional<char[]> passphrase, String source);
}
