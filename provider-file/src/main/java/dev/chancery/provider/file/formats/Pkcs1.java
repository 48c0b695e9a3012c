package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.jspecify.annotations.Nullable;

/** RSA keys as PKCS#1 writes them (RFC 8017, appendix A.1). */
final class Pkcs1 {
    private Pkcs1() {}

    /** @throws UnsupportedException if no {@link KeySpec} describes the key */
    static PublicKey readPublic(byte[] der) throws MalformedException {
        DerReader key = new DerReader(der).onlySequence();
        PublicKey publicKey = publicKey(key.integer(), key.integer());
        key.requireEnd();
        return publicKey;
    }

    /**
     * A key pair whose numbers fit one another.
     *
     * @throws UnsupportedException if no {@link KeySpec} describes the key
     */
    static KeyPair readPrivate(byte[] der) throws MalformedException {
        DerReader key = new DerReader(der).onlySequence();
        if (key.smallInteger() != 0) {
            throw new UnsupportedException("An RSA key with more than two primes is not supported.");
        }
        BigInteger modulus = key.integer();
        BigInteger publicExponent = key.integer();
        // First of all: it bounds the arithmetic below.
        PublicKey publicKey = publicKey(modulus, publicExponent);
        RSAPrivateCrtKeySpec numbers = new RSAPrivateCrtKeySpec(
                modulus,
                publicExponent,
                key.integer(),
                key.integer(),
                key.integer(),
                key.integer(),
                key.integer(),
                key.integer());
        key.requireEnd();
        try {
            RSAPrivateCrtKey privateKey =
                    (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(numbers);
            if (!isConsistent(privateKey)) {
                throw new MalformedException("the numbers of the RSA key do not fit one another");
            }
            return new KeyPair(publicKey, privateKey);
        } catch (GeneralSecurityException e) {
            throw new MalformedException("the numbers of the RSA key do not fit one another");
        }
    }

    /**
     * Whether the private numbers belong to the public ones: n = p·q, and d and the CRT values invert e. A key that fails
     * makes wrong signatures, and a wrong CRT signature gives the key away.
     */
    static boolean isConsistent(RSAPrivateCrtKey key) {
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

    static byte[] encode(RSAPublicKey key) {
        return Der.sequence(Der.integer(key.getModulus()), Der.integer(key.getPublicExponent()));
    }

    static byte[] encode(RSAPrivateCrtKey key) {
        return Der.sequence(
                Der.integer(0),
                Der.integer(key.getModulus()),
                Der.integer(key.getPublicExponent()),
                Der.integer(key.getPrivateExponent()),
                Der.integer(key.getPrimeP()),
                Der.integer(key.getPrimeQ()),
                Der.integer(key.getPrimeExponentP()),
                Der.integer(key.getPrimeExponentQ()),
                Der.integer(key.getCrtCoefficient()));
    }

    private static PublicKey publicKey(BigInteger modulus, BigInteger exponent) throws MalformedException {
        if (modulus.signum() <= 0 || exponent.signum() <= 0) {
            throw new MalformedException("the RSA modulus or exponent is not positive");
        }
        // Before the JDK sees them: it refuses some of what has to be described, and does not bound the rest.
        KeySpec.of(new Numbers(modulus, exponent));
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        } catch (GeneralSecurityException e) {
            throw new MalformedException("the RSA modulus is none", e);
        }
    }

    private record Numbers(BigInteger getModulus, BigInteger getPublicExponent) implements RSAPublicKey {
        @Override
        public String getAlgorithm() {
            return "RSA";
        }

        @Override
        public @Nullable String getFormat() {
            return null;
        }

        @Override
        public byte @Nullable [] getEncoded() {
            return null;
        }
    }
}
