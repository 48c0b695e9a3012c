package dev.chancery.internal.signing;

import dev.chancery.error.ChanceryException;

/** What every signer of core's can show of itself. */
public interface SelfTesting {

    /**
     * Decides whether a signature could be made now, without making one.
     *
     * @throws ChanceryException if not
     */
    void requireSigning();

    /**
     * Signs and verifies core's own bytes.
     *
     * @throws ChanceryException if the key may not sign, or its signature does not verify
     */
    void selfTest();
}
