package dev.chancery.audit;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Merkle trees once more, written from RFC 6962 section 2.1 alone, by its recursive definitions: what the module computes step by
 * step is compared with this.
 */
public final class Rfc6962 {
    private Rfc6962() {}

    /** MTH(D[n]). */
    public static byte[] root(List<byte[]> d) {
        if (d.isEmpty()) {
            return sha256(new byte[0]);
        }
        if (d.size() == 1) {
            return sha256(new byte[] {0}, d.get(0));
        }
        int k = k(d.size());
        return sha256(new byte[] {1}, root(d.subList(0, k)), root(d.subList(k, d.size())));
    }

    /** PATH(m, D[n]). */
    public static List<byte[]> path(int m, List<byte[]> d) {
        if (d.size() == 1) {
            return List.of();
        }
        int k = k(d.size());
        boolean left = m < k;
        List<byte[]> path = new ArrayList<>(left ? path(m, d.subList(0, k)) : path(m - k, d.subList(k, d.size())));
        path.add(left ? root(d.subList(k, d.size())) : root(d.subList(0, k)));
        return path;
    }

    /** PROOF(m, D[n]). */
    public static List<byte[]> proof(int m, List<byte[]> d) {
        return subproof(m, d, true);
    }

    private static List<byte[]> subproof(int m, List<byte[]> d, boolean b) {
        if (m == d.size()) {
            return b ? List.of() : List.of(root(d));
        }
        int k = k(d.size());
        List<byte[]> proof = new ArrayList<>();
        if (m <= k) {
            proof.addAll(subproof(m, d.subList(0, k), b));
            proof.add(root(d.subList(k, d.size())));
        } else {
            proof.addAll(subproof(m - k, d.subList(k, d.size()), false));
            proof.add(root(d.subList(0, k)));
        }
        return proof;
    }

    /** The root that an audit path leads to from the (m + 1)th of n entries. */
    public static byte[] rootFrom(byte[] entry, int m, int n, List<byte[]> path) {
        if (n == 1) {
            return sha256(new byte[] {0}, entry);
        }
        int k = k(n);
        byte[] last = path.get(path.size() - 1);
        List<byte[]> rest = path.subList(0, path.size() - 1);
        return m < k
                ? sha256(new byte[] {1}, rootFrom(entry, m, k, rest), last)
                : sha256(new byte[] {1}, last, rootFrom(entry, m - k, n - k, rest));
    }

    /** The largest power of two smaller than n. */
    private static int k(int n) {
        return Integer.highestOneBit(n - 1);
    }

    private static byte[] sha256(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(all.toByteArray());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
