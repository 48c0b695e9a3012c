package dev.chancery.policy;

/**
 * Whether a signature is verified before it is handed out. A fault in an RSA-CRT computation gives the private key away to
 * an attacker who sees the faulty signature (Boneh, DeMillo, Lipton 1997), and a remote store's answer can be corrupted on its way.
 */
public enum VerifyAfterSign {
    /**
     * Every remote or hardware key; local RSA unless the JCA provider is known to check its own result; no local ECDSA or
     * Ed25519, whose pair was proven when the key was loaded.
     */
    WHERE_NEEDED,
    /** Every signature. */
    ALWAYS,
    /** No signature. */
    NEVER
}
