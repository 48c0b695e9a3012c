package dev.chancery.spi.support;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) as text: for fingerprints, and to tell one content from another. */
public final class Sha256 {
    private Sha256() {}

    /**
     * Computes a hash.
     *
     * @param content what is hashed
     * @return 64 lower-case hexadecimal digits
     */
    public static String hex(byte[] content) {
        return HexFormat.of().formatHex(digest().digest(content));
    }

    /**
     * Begins a hash of content that comes in parts.
     *
     * @return a digest of its own, which has seen nothing yet
     */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
