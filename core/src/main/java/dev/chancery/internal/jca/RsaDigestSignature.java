package dev.chancery.internal.jca;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.signing.DigestInfo;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/**
 * RSA signatures over a digest that somebody else computed, which JCA has no name for: the encodings EMSA-PSS (RFC 8017 9.1)
 * and EMSA-PKCS1-v1_5 (9.2), to be put through the raw RSA operation.
 */
final class RsaDigestSignature {
    private static final int TRAILER = 0xbc;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RsaDigestSignature() {}

    /** Encodes a digest for signing: a number below the modulus, as long as it. */
    static byte[] encode(SignatureAlgorithm algorithm, byte[] digest, RSAPublicKey publicKey)
            throws GeneralSecurityException {
        return algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS
                ? encodePss(
                        algorithm,
                        digest,
                        salt(algorithm),
                        publicKey.getModulus().bitLength() - 1)
                : encodePkcs1(algorithm, digest, modulusLength(publicKey));
    }

    /**
     * Decides whether an encoded digest is the digest's.
     *
     * @param encoded what the raw RSA operation made of the signature, as long as the modulus
     */
    static boolean matches(SignatureAlgorithm algorithm, byte[] digest, byte[] encoded, RSAPublicKey publicKey)
            throws GeneralSecurityException {
        return algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS
                ? matchesPss(algorithm, digest, encoded, publicKey.getModulus().bitLength() - 1)
                : Arrays.equals(encoded, encodePkcs1(algorithm, digest, encoded.length));
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
    private static boolean matchesPss(SignatureAlgorithm algorithm, byte[] digest, byte[] encoded, int emBits)
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

    /** Whether PKCS #1 v1.5's DigestInfo lacks the NULL that RFC 8017, A.2.4 asks for: some libraries let that pass. */
    static boolean lacksNull(SignatureAlgorithm algorithm, byte[] digest, byte[] encoded) {
        byte[] info = DigestInfo.of(algorithm, digest);
        int nullAt = info.length - digest.length - 4; // the digest's own tag and length follow it
        byte[] without = new byte[info.length - 2];
        System.arraycopy(info, 0, without, 0, nullAt);
        System.arraycopy(info, nullAt + 2, without, nullAt, without.length - nullAt);
        without[1] = (byte) (without[1] - 2); // the two lengths around the NULL
        without[3] = (byte) (without[3] - 2);
        return Arrays.equals(encoded, encodePkcs1(without, encoded.length));
    }

    private static byte[] encodePkcs1(SignatureAlgorithm algorithm, byte[] digest, int length) {
        return encodePkcs1(DigestInfo.of(algorithm, digest), length);
    }

    private static byte[] encodePkcs1(byte[] info, int length) {
        byte[] em = new byte[length];
        Arrays.fill(em, (byte) 0xff);
        em[0] = 0;
        em[1] = 1;
        int infoAt = length - info.length;
        em[infoAt - 1] = 0;
        System.arraycopy(info, 0, em, infoAt, info.length);
        return em;
    }

    private static int modulusLength(RSAPublicKey key) {
        return (key.getModulus().bitLength() + 7) / 8;
    }
}
