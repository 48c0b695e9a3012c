package dev.chancery.internal.jca;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is wrong with an RSA-PSS signature that does not verify (RFC 8017, 9.1.2): servers that play a cloud make salts of other lengths, or sign the hash
 * of the digest that they were given. For messages to people only; nothing is decided by it.
 */
public final class PssDefect {
    private static final int TRAILER = 0xbc;
    private static final int PADDING = 8;

    private PssDefect() {}

    /**
     * Looks into a signature.
     *
     * @param key the key that it should be of
     * @param digest what was to be signed
     * @param hash the name of the hash, of the digest and of the mask
     * @param signature the signature
     * @return a clause, or empty if it is no PSS signature of this key at all
     */
    public static Optional<String> find(RSAPublicKey key, byte[] digest, String hash, byte[] signature) {
        return look(key, digest, hash, signature)
                .map(found -> found.sameDigest
                        ? "its salt has " + found.salt + " bytes, where " + found.length + " are asked for"
                        : "it is of another digest than the one that was sent");
    }

    /** The length of the salt, where a signature is right but for it. */
    static Optional<Integer> salt(RSAPublicKey key, byte[] digest, String hash, byte[] signature) {
        return look(key, digest, hash, signature)
                .filter(found -> found.sameDigest)
                .map(found -> found.salt);
    }

    /** @param length of the hash, in bytes as the salt's */
    private record Found(boolean sameDigest, int salt, int length) {}

    private static Optional<Found> look(RSAPublicKey key, byte[] digest, String hash, byte[] signature) {
        try {
            MessageDigest hashing = MessageDigest.getInstance(hash);
            int bits = key.getModulus().bitLength() - 1;
            byte[] encoded = encoded(
                    new BigInteger(1, signature).modPow(key.getPublicExponent(), key.getModulus()), (bits + 7) / 8);
            int length = hashing.getDigestLength();
            int masked = encoded.length - length - 1;
            if (masked < 1 || (encoded[encoded.length - 1] & 0xff) != TRAILER) {
                return Optional.empty();
            }
            byte[] h = Arrays.copyOfRange(encoded, masked, masked + length);
            byte[] block = unmask(Arrays.copyOf(encoded, masked), h, hashing);
            block[0] &= (byte) (0xff >>> (8 * encoded.length - bits));
            int one = 0;
            while (one < block.length && block[one] == 0) {
                one++;
            }
            if (one == block.length || block[one] != 1) {
                return Optional.empty();
            }
            byte[] salt = Arrays.copyOfRange(block, one + 1, block.length);
            hashing.update(new byte[PADDING]);
            hashing.update(digest);
            boolean sameDigest = Arrays.equals(hashing.digest(salt), h);
            return Optional.of(new Found(sameDigest, salt.length, length));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] encoded(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] encoded = new byte[length];
        int copied = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - copied, encoded, length - copied, copied);
        return encoded;
    }

    /** MGF1 (RFC 8017, B.2.1). */
    private static byte[] unmask(byte[] block, byte[] seed, MessageDigest hashing) {
        for (int from = 0, counter = 0; from < block.length; from += hashing.getDigestLength(), counter++) {
            hashing.update(seed);
            byte[] mask = hashing.digest(new byte[] {0, 0, (byte) (counter >>> 8), (byte) counter});
            for (int i = 0; i < mask.length && from + i < block.length; i++) {
                block[from + i] ^= mask[i];
            }
        }
        return block;
    }
}
