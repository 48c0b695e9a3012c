package dev.chancery;

/** What a store can do beyond finding keys, signing and verifying. */
public enum Capability {
    /** Make new keys. */
    GENERATE,
    /** Take keys in that were made elsewhere. */
    IMPORT,
    /** Keep state, dates and rings of a key. */
    LIFECYCLE,
    /**
     * A key that is destroyed loses its private half, at once or after a delay. A store without it takes the key out of service for good, and its place
     * keeps the material.
     */
    DELETE_MATERIAL,
    /** Signs in this process, so that a message costs no network. */
    LOCAL_SIGNING,
    /** A claim of a ring's generation is atomic: two instances can never both succeed. */
    CLAIM_ATOMIC,
    /** Contenders for a generation elect one after a settle delay. */
    CLAIM_BY_ELECTION,

    /** Write a private key again in the strongest form ({@link KeyStore#reencrypt}). */
    REENCRYPT,
    /** Hand out a backup of a key that only its place can read and restore ({@link KeyStore#exportBackup}). */
    BACKUP,
    /** Hand out what the place or its hardware states about where a key is kept ({@link KeyStore#attestation}). */
    ATTESTATION,
    /** Making a key takes several steps, so that a failure may leave a key without a name ({@link KeyStore#orphans}). */
    ORPHANS
}
