package dev.chancery.provider.file.formats;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * PBKDF2 (RFC 8018, section 5.2) with each pseudorandom function that it is met with.
 *
 * <p>The iterations that are enough today are those of the OWASP Password Storage Cheat Sheet, which has a number for
 * SHA-1, SHA-256 and SHA-512; the others take that of their nearest kin.
 */
enum Pbkdf2 {
    HMAC_MD5("1.2.840.113549.2.6", "MD5", Integer.MAX_VALUE),
    HMAC_SHA1("1.2.840.113549.2.7", "SHA1", 1_300_000),
    HMAC_SHA224("1.2.840.113549.2.8", "SHA224", 600_000),
    HMAC_SHA256("1.2.840.113549.2.9", "SHA256", 600_000),
    HMAC_SHA384("1.2.840.113549.2.10", "SHA384", 210_000),
    HMAC_SHA512("1.2.840.113549.2.11", "SHA512", 210_000),
    HMAC_SHA512_224("1.2.840.113549.2.12", "SHA512/224", 210_000),
    HMAC_SHA512_256("1.2.840.113549.2.13", "SHA512/256", 210_000),
    HMAC_SHA3_224("2.16.840.1.101.3.4.2.13", "SHA3-224", 600_000),
    HMAC_SHA3_256("2.16.840.1.101.3.4.2.14", "SHA3-256", 600_000),
    HMAC_SHA3_384("2.16.840.1.101.3.4.2.15", "SHA3-384", 600_000),
    HMAC_SHA3_512("2.16.840.1.101.3.4.2.16", "SHA3-512", 600_000);

    private final String prfOid;
    private final String hash;
    private final int enoughIterations;

    Pbkdf2(String prfOid, String hash, int enoughIterations) {
        this.prfOid = prfOid;
        this.hash = hash;
        this.enoughIterations = enoughIterations;
    }

    static Optional<Pbkdf2> ofPrf(String oid) {
        return Arrays.stream(values()).filter(prf -> prf.prfOid.equals(oid)).findFirst();
    }

    static Optional<Pbkdf2> ofHash(String hash) {
        return Arrays.stream(values()).filter(prf -> prf.hash.equals(hash)).findFirst();
    }

    String hash() {
        return hash;
    }

    boolean isEnough(int iterations) {
        return iterations >= enoughIterations;
    }

    /** The JDK's where it has one: it is twice as fast as BouncyCastle's. The passphrase counts as UTF-8. */
    byte[] derive(char[] passphrase, byte[] salt, int iterations, int length) throws GeneralSecurityException {
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
