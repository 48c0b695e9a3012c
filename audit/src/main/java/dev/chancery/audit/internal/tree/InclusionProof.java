package dev.chancery.audit.internal.tree;

import java.util.List;
import java.util.Optional;

/** Checks an audit path, by the algorithm of RFC 9162 section 2.1.3.2. */
public final class InclusionProof {
    private InclusionProof() {}

    /**
     * The root that a path leads to.
     *
     * @param leaf the hash of the leaf
     * @param index its index, counted from 0
     * @param size the size of the tree
     * @param path the nodes beside the way up, from below
     * @return the root; empty if there is no such leaf, or the path has another length than one in such a tree
     */
    public static Optional<byte[]> root(byte[] leaf, long index, long size, List<byte[]> path) {
        TreeHash hash = new TreeHash();
        long node = index;
        long last = size - 1;
        byte[] root = leaf;
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        for (byte[] beside : path) {
            if (last == 0) {
                return Optional.empty();
            }
            if ((node & 1) == 1 || node == last) {
                root = hash.node(beside, root);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                root = hash.node(root, beside);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 ? Optional.of(root) : Optional.empty();
    }
}
