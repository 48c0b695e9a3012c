package dev.chancery.key;

/** What stands between a thief of the store and the private key. */
public enum ProtectionLevel {
    /** The file permissions only. */
    SOFTWARE,
    /** A passphrase. */
    SOFTWARE_ENCRYPTED,
    /** A service that signs in software and does not give the key out. */
    REMOTE,
    /** A key manager that is not the service's own, which asks it over the internet. How that keeps the key is its owner's to know. */
    EXTERNAL,
    /** Such a key manager in a private network of its owner's. */
    EXTERNAL_VPC,
    /** A token that no longer gives the key out, though copies may exist: it was imported, or could leave once. */
    TOKEN,
    /** Hardware that does not give the key out. */
    HSM
}
