package dev.chancery.audit.internal.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tree that grows, of which only the right edge is kept: the roots of the largest complete subtrees, left to right, one for each
 * bit of the size that is set. They suffice to add leaves and to compute the root. Not thread-safe.
 */
public final class TreeEdge {
    private final TreeHash hash = new TreeHash();
    private final ArrayList<byte[]> subtrees;

    /** The subtrees that the last leaf made one of, the largest last. */
    private final ArrayList<byte[]> merged = new ArrayList<>();

    private long size;

    /** A tree without leaves. */
    public TreeEdge() {
        this(0, List.of());
    }

    private TreeEdge(long size, List<byte[]> subtrees) {
        this.size = size;
        this.subtrees = new ArrayList<>(subtrees);
    }

    /**
     * The edge of a tree of that size.
     *
     * @param subtrees the roots of its largest complete subtrees, the largest first
     * @throws IllegalArgumentException if a tree of that size has another number of them, or one is no hash
     */
    public static TreeEdge of(long size, List<byte[]> subtrees) {
        boolean fits = size >= 0
                && subtrees.size() == Long.bitCount(size)
                && subtrees.stream().allMatch(root -> root.length == TreeHash.BYTES);
        if (!fits) {
            throw new IllegalArgumentException("A tree of " + size + " leaves has another edge.");
        }
        return new TreeEdge(size, subtrees);
    }

    /** Another that grows on its own. */
    public TreeEdge copy() {
        return new TreeEdge(size, subtrees);
    }

    /** Adds a leaf by its hash. */
    public void add(byte[] leaf) {
        add(leaf, complete -> {});
    }

    /**
     * Adds a leaf by its hash.
     *
     * @param nodes is given the leaf and then each node that it completes, from below
     */
    public void add(byte[] leaf, Consumer<byte[]> nodes) {
        byte[] root = leaf;
        nodes.accept(leaf);
        merged.clear();
        for (long full = size; (full & 1) == 1; full >>= 1) {
            byte[] left = subtrees.remove(subtrees.size() - 1);
            merged.add(left);
            root = hash.node(left, root);
            nodes.accept(root);
        }
        subtrees.add(root);
        size++;
    }

    /** Another without the leaf that was added last; only once, and only where one was added. */
    public TreeEdge withoutLast() {
        TreeEdge shorter = copy();
        shorter.subtrees.remove(shorter.subtrees.size() - 1);
        for (int i = merged.size() - 1; i >= 0; i--) {
            shorter.subtrees.add(merged.get(i));
        }
        shorter.size--;
        return shorter;
    }

    /** How many leaves there are. */
    public long size() {
        return size;
    }

    /** The roots of the largest complete subtrees, the largest first. */
    public List<byte[]> subtrees() {
        return List.copyOf(subtrees);
    }

    /** The root of the whole tree. */
    public byte[] root() {
        if (subtrees.isEmpty()) {
            return hash.empty();
        }
        byte[] root = subtrees.get(subtrees.size() - 1);
        for (int i = subtrees.size() - 2; i >= 0; i--) {
            root = hash.node(subtrees.get(i), root);
        }
        return root;
    }
}
