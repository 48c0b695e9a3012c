package dev.chancery.spi.signing;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;

/** What core does for backends that hold private keys in this process. Thread-safe. */
public interface LocalKeys {

    /**
     * Generates a pair.
     *
     * @param spec the kind of key
     * @return the pair
     * @throws dev.chancery.error.UnsupportedException if no JCA provider here knows the kind
     */
    KeyPair generate(KeySpec spec);

    /**
     * Makes a key ready to sign: converts it into the fastest JCA provider present, and proves by one signature that the two
     * halves belong together.
     *
     * @param privateKey the private half, of any JCA provider
     * @param publicKey the public half
     * @param description which key in which store, for messages
     * @return the key
     * @throws dev.chancery.error.UnsupportedException if the key is of no supported kind
     * @throws dev.chancery.error.IntegrityException if the halves do not belong together
     */
    LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description);

    /**
     * Computes the message representative µ of pure ML-DSA with an empty context (FIPS 204, algorithm 7, line 6), for stores
     * that take it in place of a long message.
     *
     * @param publicKey an ML-DSA key
     * @param message the message
     * @return 64 bytes
     * @throws dev.chancery.error.UnsupportedException if no JCA provider here has SHAKE256
     */
    default byte[] messageRepresentative(PublicKey publicKey, byte[] message) {
        throw new UnsupportedException("Nothing here computes message representatives of ML-DSA.");
    }
}
