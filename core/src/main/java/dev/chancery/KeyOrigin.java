package dev.chancery;

/** How a key came into its store. */
public enum KeyOrigin {
    /** Made by Chancery in this store. */
    GENERATED,
    /** Brought in through {@link KeyStore#importKey}. */
    IMPORTED,
    /** Put there by another tool, without any metadata of ours. */
    FOREIGN
}
