package dev.chancery.provider.file.formats;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** PBKDF2 (RFC 8018, section 5.2) with HMAC and a hash, called as the JDK calls it. */
final class Pbkdf2 {
    private Pbkdf2() {}

    /**
     * The iterations that are enough today are those of the OWASP Password Storage Cheat Sheet, which has a number for
     * SHA-1, SHA-256 and SHA-512; the others take that of their nearest kin.
     */
    static boolean isEnough(String hash, int iterations) {
        int enough = switch (hash) {
            case "MD5" -> Integer.MAX_VALUE;
            case "SHA1" -> 1_300_000;
            case "SHA384", "SHA512", "SHA512/224", "SHA512/256" -> 210_000;
            default -> 600_000;
        };
        return iterations >= enough;
    }

    /** The JDK's where it has one: it is twice as fast as BouncyCastle's. The passphrase counts as UTF-8. */
    static byte[] derive(String hash, char[] passphrase, byte[] salt, int iterations, int length)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, 8 * length);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash)
                    .generateSecret(spec)
                    .getEncoded();
        } catch (NoSuchAlgorithmException e) {
            return BouncyCastle.pbkdf2(hash, passphrase, salt, iterations, length);
        } finally {
            spec.clearPassword();
        }
    }
}
