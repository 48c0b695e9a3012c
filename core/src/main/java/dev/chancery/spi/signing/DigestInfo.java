package dev.chancery.spi.signing;

import dev.chancery.algorithm.SignatureAlgorithm;
import java.util.Arrays;
import java.util.HexFormat;

/** What RSA with PKCS#1 pads instead of a bare digest: the DER that names the hash, and the digest (RFC 8017, 9.2, note 1). */
public final class DigestInfo {
    private static final byte[] SHA256 = HexFormat.of().parseHex("3031300d060960864801650304020105000420");
    private static final byte[] SHA384 = HexFormat.of().parseHex("3041300d060960864801650304020205000430");
    private static final byte[] SHA512 = HexFormat.of().parseHex("3051300d060960864801650304020305000440");

    private DigestInfo() {}

    /**
     * Puts the name of the hash before a digest.
     *
     * @param algorithm an algorithm with a hash
     * @param digest the digest, of the hash's length
     * @return the DigestInfo
     * @throws IllegalArgumentException if the algorithm has no hash
     */
    public static byte[] of(SignatureAlgorithm algorithm, byte[] digest) {
        byte[] prefix = switch (algorithm.digestLength()) {
            case 32 -> SHA256;
            case 48 -> SHA384;
            case 64 -> SHA512;
            default -> throw new IllegalArgumentException(algorithm + " has no DigestInfo.");
        };
        byte[] info = Arrays.copyOf(prefix, prefix.length + digest.length);
        System.arraycopy(digest, 0, info, prefix.length, digest.length);
        return info;
    }
}
