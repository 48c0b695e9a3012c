package dev.chancery.audit.internal.tree;

/**
 * Where the nodes of a growing tree are kept: each leaf, and behind it the nodes that it completes, from below. A node is found by its
 * level (0 for leaves) and its index among the nodes of that level.
 */
public final class TreeLayout {
    private TreeLayout() {}

    /** How many nodes are kept of a tree of that size. */
    public static long nodes(long size) {
        return 2 * size - Long.bitCount(size);
    }

    /** The size that a tree has when a node becomes complete. */
    public static long completedAt(int level, long index) {
        return (index + 1) << level;
    }

    /** How many nodes are kept before that one. */
    public static long before(int level, long index) {
        return nodes(completedAt(level, index) - 1) + level;
    }
}
