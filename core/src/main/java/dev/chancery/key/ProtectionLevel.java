package dev.chancery.key;

/** What stands between a thief of the store and the private key. */
public enum ProtectionLevel {
    /** The file permissions only. */
    SOFTWARE,
    /** A passphrase. */
    SOFTWARE_ENCRYPTED,
    /** A service that signs in software and does not give the key out. */
    REMOTE,
    /** A token that no longer gives the key out, though copies may exist: it was imported, or could leave once. */
    TOKEN,
    /** Hardware that does not give the key out. */
    HSM
}
