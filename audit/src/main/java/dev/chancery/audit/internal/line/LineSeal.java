package dev.chancery.audit.internal.line;

import dev.chancery.audit.internal.tree.Hashes;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Seals the lines of one chain: 16 bytes of HMAC-SHA-256 over the hash of what stands before the seal, which holds the hash of the
 * line before it. Only a holder of the audit key can make one. Not thread-safe.
 */
public final class LineSeal {
    /** How many bytes of the code are kept: enough that an outsider guesses none. */
    static final int BYTES = 16;

    /** Anything but 32 bytes long, so that it is no hash of a line. */
    private static final byte[] CHECK = "seal_check".getBytes(StandardCharsets.US_ASCII);

    private final Mac mac;

    /** Seals with a chain's key. */
    public LineSeal(SecretKey key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA-256.", e);
        }
    }

    /** The seal of a line, by the hash of what stands before the seal. */
    byte[] of(byte[] hash) {
        return Arrays.copyOf(mac.doFinal(hash), BYTES);
    }

    /** What shows that a chain's key is this one, also where the chain's lines are damaged. */
    public String check() {
        return Hashes.hex(of(CHECK));
    }

    /** The code of a text that is kept beside the chain; it must begin with a word that no other kind of text begins with. */
    public String ofText(String text) {
        return Hashes.hex(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether the seal that stands in a line is right, in a time that does not depend on where it is wrong. */
    boolean fits(byte[] hash, byte[] line, int at) {
        return HexDigits.areAt(line, at, of(hash), BYTES);
    }
}
