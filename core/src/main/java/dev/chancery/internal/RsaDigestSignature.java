package dev.chancery.internal;

import dev.chancery.SignatureAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;

/**
 * RSA signatures over a digest that somebody else computed, which JCA has no name for: the encodings EMSA-PSS (RFC 8017 9.1)
 * and EMSA-PKCS1-v1_5 (9.2) over the raw RSA operation of the JDK.
 */
final class RsaDigestSignature {
    private static final int TRAILER = 0xbc;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RsaDigestSignature() {}

    static byte[] sign(SignatureAlgorithm algorithm, byte[] digest, PrivateKey privateKey, RSAPublicKey publicKey)
            throws GeneralSecurityException {
        byte[] encoded = algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS
                ? encodePss(
                        algorithm,
                        digest,
                        salt(algorithm),
                        publicKey.getModulus().bitLength() - 1)
                : encodePkcs1(algorithm, digest, modulusLength(publicKey));
        // With a private key, ENCRYPT_MODE is the signing operation, whose CRT result the JDK checks.
        Cipher raw = Cipher.getInstance("RSA/ECB/NoPadding", "SunJCE");
        raw.init(Cipher.ENCRYPT_MODE, privateKey);
        return raw.doFinal(encoded);
    }

    /** Expects a signature of the modulus' length that is smaller than the modulus. */
    static boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature, RSAPublicKey publicKey)
            throws GeneralSecurityException {
        int length = modulusLength(publicKey);
        byte[] encoded = toFixedLength(
                new BigInteger(1, signature).modPow(publicKey.getPublicExponent(), publicKey.getModulus()), length);
        if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1) {
            return MessageDigest.isEqual(encoded, encodePkcs1(algorithm, digest, length));
        }
        return verifyPss(algorithm, digest, encoded, publicKey.getModulus().bitLength() - 1);
    }

    private static byte[] salt(SignatureAlgorithm algorithm) {
        byte[] salt = new byte[algorithm.digestLength()];
        RANDOM.nextBytes(salt);
        return salt;
    }

    /** EMSA-PSS-ENCODE, RFC 8017 9.1.1, from step 5 on. */
    private static byte[] encodePss(SignatureAlgorithm algorithm, byte[] digest, byte[] salt, int emBits)
            throws GeneralSecurityException {
        int emLen = (emBits + 7) / 8;
        byte[] h = hashWithSalt(algorithm, digest, salt);
        byte[] em = new byte[emLen];
        int dbLen = emLen - h.length - 1;
        em[dbLen - salt.length - 1] = 1;
        System.arraycopy(salt, 0, em, dbLen - salt.length, salt.length);
        xorMask(algorithm, h, em, dbLen);
        em[0] &= (byte) (0xff >>> (8 * emLen - emBits));
        System.arraycopy(h, 0, em, dbLen, h.length);
        em[emLen - 1] = (byte) TRAILER;
        return em;
    }

    /** EMSA-PSS-VERIFY, RFC 8017 9.1.2, from step 3 on; the salt's length is fixed. */
    private static boolean verifyPss(SignatureAlgorithm algorithm, byte[] digest, byte[] encoded, int emBits)
            throws GeneralSecurityException {
        int emLen = (emBits + 7) / 8;
        int hLen = digest.length;
        int dbLen = emLen - hLen - 1;
        int topBits = 0xff >>> (8 * emLen - emBits);
        if (encoded[emLen - 1] != (byte) TRAILER || (encoded[0] & ~topBits & 0xff) != 0) {
            return false;
        }
        byte[] h = Arrays.copyOfRange(encoded, dbLen, dbLen + hLen);
        byte[] db = Arrays.copyOf(encoded, dbLen);
        xorMask(algorithm, h, db, dbLen);
        db[0] &= (byte) topBits;
        int saltAt = dbLen - algorithm.digestLength();
        for (int i = 0; i < saltAt - 1; i++) {
            if (db[i] != 0) {
                return false;
            }
        }
        if (db[saltAt - 1] != 1) {
            return false;
        }
        byte[] salt = Arrays.copyOfRange(db, saltAt, dbLen);
        return MessageDigest.isEqual(h, hashWithSalt(algorithm, digest, salt));
    }

    private static byte[] hashWithSalt(SignatureAlgorithm algorithm, byte[] digest, byte[] salt)
            throws GeneralSecurityException {
        MessageDigest hash = MessageDigest.getInstance(JcaAlgorithm.hash(algorithm));
        hash.update(new byte[8]);
        hash.update(digest);
        return hash.digest(salt);
    }

    /** XORs MGF1 (RFC 8017 B.2.1) of a seed over the first bytes of a block. */
    private static void xorMask(SignatureAlgorithm algorithm, byte[] seed, byte[] block, int length)
            throws GeneralSecurityException {
        MessageDigest hash = MessageDigest.getInstance(JcaAlgorithm.hash(algorithm));
        for (int counter = 0, at = 0; at < length; counter++) {
            hash.update(seed);
            hash.update(new byte[] {0, 0, 0, (byte) counter});
            for (byte mask : hash.digest()) {
                if (at < length) {
                    block[at++] ^= mask;
                }
            }
        }
    }

    private static byte[] encodePkcs1(SignatureAlgorithm algorithm, byte[] digest, int length) {
        byte[] prefix = digestInfoPrefix(algorithm);
        byte[] em = new byte[length];
        Arrays.fill(em, (byte) 0xff);
        em[0] = 0;
        em[1] = 1;
        int infoAt = length - prefix.length - digest.length;
        em[infoAt - 1] = 0;
        System.arraycopy(prefix, 0, em, infoAt, prefix.length);
        System.arraycopy(digest, 0, em, infoAt + prefix.length, digest.length);
        return em;
    }

    /** The DER of DigestInfo up to the digest itself: RFC 8017 9.2, note 1. */
    private static byte[] digestInfoPrefix(SignatureAlgorithm algorithm) {
        String hex = switch (algorithm.digestLength()) {
            case 32 -> "3031300d060960864801650304020105000420";
            case 48 -> "3041300d060960864801650304020205000430";
            case 64 -> "3051300d060960864801650304020305000440";
            default -> throw new IllegalArgumentException(algorithm + " has no DigestInfo.");
        };
        return HexFormat.of().parseHex(hex);
    }

    private static int modulusLength(RSAPublicKey key) {
        return (key.getModulus().bitLength() + 7) / 8;
    }

    private static byte[] toFixedLength(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int significant = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - significant, fixed, length - significant, significant);
        return fixed;
    }
}
