package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;

/** RSA keys of their numbers (RFC 8017, section 3). */
final class RsaPair {
    private RsaPair() {}

    /**
     * A key pair whose numbers fit one another.
     *
     * @throws UnsupportedException if no {@link KeySpec} describes the key, or if it lacks the numbers of the Chinese
     *     remainder theorem
     */
    static KeyPair of(RSAPrivateCrtKeySpec numbers) throws GeneralSecurityException, MalformedException {
        if (numbers.getPrimeP().signum() == 0 && numbers.getPrimeQ().signum() == 0) {
            throw new UnsupportedException(
                    "An RSA key without its primes (and the other CRT numbers) is not supported.");
        }
        // Before the arithmetic below, for it bounds that.
        PublicKey publicKey = publicKey(numbers.getModulus(), numbers.getPublicExponent());
        if (!isConsistent(numbers)) {
            throw new MalformedException("the numbers of the RSA key do not fit one another");
        }
        return new KeyPair(publicKey, KeyFactory.getInstance("RSA").generatePrivate(numbers));
    }

    static RSAPrivateCrtKeySpec numbers(RSAPrivateCrtKey key) {
        return new RSAPrivateCrtKeySpec(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP(),
                key.getPrimeExponentQ(),
                key.getCrtCoefficient());
    }

    /**
     * Whether the private numbers belong to the public ones: n = p·q, and d and the CRT values invert e. A key that fails
     * makes wrong signatures, and a wrong CRT signature gives the key away.
     */
    private static boolean isConsistent(RSAPrivateCrtKeySpec key) {
        BigInteger n = key.getModulus();
        BigInteger e = key.getPublicExponent();
        BigInteger d = key.getPrivateExponent();
        BigInteger p = key.getPrimeP();
        BigInteger q = key.getPrimeQ();
        if (!isFactor(p, n) || !isFactor(q, n) || d.signum() <= 0 || d.compareTo(n) >= 0) {
            return false;
        }
        BigInteger pMinus1 = p.subtract(BigInteger.ONE);
        BigInteger qMinus1 = q.subtract(BigInteger.ONE);
        BigInteger ed = e.multiply(d);
        BigInteger coefficient = key.getCrtCoefficient();
        return p.multiply(q).equals(n)
                && ed.mod(pMinus1).equals(BigInteger.ONE)
                && ed.mod(qMinus1).equals(BigInteger.ONE)
                && key.getPrimeExponentP().equals(d.mod(pMinus1))
                && key.getPrimeExponentQ().equals(d.mod(qMinus1))
                && coefficient.signum() > 0
                && coefficient.compareTo(p) < 0
                && coefficient.multiply(q).mod(p).equals(BigInteger.ONE);
    }

    private static boolean isFactor(BigInteger prime, BigInteger modulus) {
        return prime.signum() > 0 && prime.testBit(0) && prime.bitLength() > 1 && prime.compareTo(modulus) < 0;
    }

    /** @throws UnsupportedException if no {@link KeySpec} describes the key */
    static PublicKey publicKey(BigInteger modulus, BigInteger exponent) throws MalformedException {
        if (modulus.signum() <= 0 || exponent.signum() <= 0) {
            throw new MalformedException("the RSA modulus or exponent is not positive");
        }
        try {
            PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
            KeySpec.of(key);
            return key;
        } catch (GeneralSecurityException e) {
            // What the JDK refuses is far from any key that signs.
            throw new UnsupportedException(
                    "An RSA key of " + modulus.bitLength() + " bits with an exponent of " + exponent.bitLength()
                            + " bits is not supported; 2048, 3072 and 4096 with the exponent 65537 are.");
        }
    }
}
