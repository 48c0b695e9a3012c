package dev.chancery.spi;

import dev.chancery.KeySpec;
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
     * @throws dev.chancery.UnsupportedException if the key is of no supported kind
     * @throws dev.chancery.IntegrityException if the halves do not belong together
     */
    LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description);
}
