package dev.chancery.audit.internal.tree;

import dev.chancery.spi.support.Sha256;
import java.security.MessageDigest;

/** The hashes of a Merkle tree, RFC 6962 section 2.1. Not thread-safe: one digest serves all. */
public final class TreeHash {
    /** How many bytes a hash has. */
    public static final int BYTES = 32;

    /** What stands before a leaf, so that no leaf can pass for a node. */
    public static final byte LEAF = 0;

    private static final byte NODE = 1;

    private final MessageDigest digest = Sha256.digest();

    /** The hash of a leaf. */
    public byte[] leaf(byte[] content) {
        digest.update(LEAF);
        return digest.digest(content);
    }

    /** The hash of a node above two others. */
    public byte[] node(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    /** The root of a tree without leaves. */
    public byte[] empty() {
        return digest.digest();
    }
}
