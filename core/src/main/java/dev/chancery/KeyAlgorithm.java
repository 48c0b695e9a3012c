package dev.chancery;

/** The family of a key pair. */
public enum KeyAlgorithm {
    /** RSA (RFC 8017). */
    RSA,
    /** Elliptic curve keys on the NIST prime curves, for ECDSA (FIPS 186-5). */
    EC,
    /** Edwards-curve keys (RFC 8032). */
    EDDSA,
    /** Module-lattice keys (FIPS 204). */
    ML_DSA
}
