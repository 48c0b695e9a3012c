package dev.chancery.key;

/** How a key came into its store. */
public enum KeyOrigin {
    /** Made by Chancery in this store. */
    GENERATED,
    /** Brought in through {@link dev.chancery.KeyStore#importKey}. */
    IMPORTED,
    /** Put there by another tool, without any metadata of ours. */
    FOREIGN
}
