package dev.chancery.interception;

/** What a signature is for. Decided by core, never by a caller. */
public enum SignPurpose {
    /** A caller's data. */
    DATA,
    /** A certificate request's proof that its maker holds the private key (RFC 4211 4); a key not yet active may make it. */
    PROOF_OF_POSSESSION,
    /** Core's own random bytes: health checks, pair proofs, drills. */
    SELF_TEST
}
