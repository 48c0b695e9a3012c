package dev.chancery.spi.signing;

import dev.chancery.algorithm.SignatureAlgorithm;

/**
 * A private key in this process, converted once into the JCA provider that signs with it. Thread-safe. It has no
 * {@code toString} that shows anything.
 */
public interface LocalKey {

    /**
     * Signs.
     *
     * @param algorithm an algorithm that fits the key
     * @param input the message, or a digest of the right length
     * @return the signature, DER for ECDSA
     * @throws dev.chancery.error.ChanceryException if the JCA provider fails
     */
    SignResult sign(SignatureAlgorithm algorithm, SigningInput input);
}
