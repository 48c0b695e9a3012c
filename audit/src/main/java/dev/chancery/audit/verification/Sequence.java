package dev.chancery.audit.verification;

import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.tree.TreeEdge;
import java.nio.file.Path;

/** The lines of a chain that are in order so far: what the next one must follow. Not thread-safe. */
final class Sequence {
    private TreeEdge tree = new TreeEdge();
    private byte[] head = new byte[32];
    private byte[] beforeHead = new byte[32];
    private long confirmed;
    private Place last = new Place(Path.of(""), 0);

    /**
     * Where a line stands.
     *
     * @param file the segment
     * @param line the line in it, counted from 1; 0 where there is none yet
     */
    record Place(Path file, long line) {}

    /** Goes on from another place: behind what was removed, or lost. */
    void continueFrom(TreeEdge edge, byte[] prev) {
        tree = edge;
        head = prev;
        beforeHead = prev;
        last = new Place(last.file(), 0);
    }

    boolean isFollowedBy(LineReader lines) {
        return lines.number() == tree.size() + 1 && lines.follows(head);
    }

    void add(LineReader lines, Path file, long line) {
        beforeHead = head;
        head = lines.leaf();
        tree.add(head);
        last = new Place(file, line);
    }

    /** Notes that all that is said of a chain of this size fits. */
    void confirm() {
        confirmed = tree.size();
    }

    /** The last size at which something was said of the chain, and fitted. */
    long confirmed() {
        return confirmed;
    }

    /** How many lines the chain has so far, those that were removed in good order included. */
    long size() {
        return tree.size();
    }

    /** The root of the tree over them. */
    byte[] root() {
        return tree.root();
    }

    /** The root if the last line had another hash, and a line were added. */
    byte[] rootWith(byte[] otherHead, byte[] leaf) {
        TreeEdge other = last.line() == 0 ? tree.copy() : tree.withoutLast();
        if (last.line() > 0) {
            other.add(otherHead);
        }
        other.add(leaf);
        return other.root();
    }

    /** The hash of the last line. */
    byte[] head() {
        return head;
    }

    /** The hash of the one before that. */
    byte[] beforeHead() {
        return beforeHead;
    }

    /** Where the last line stands. */
    Place last() {
        return last;
    }
}
