package dev.chancery.algorithm;

import dev.chancery.algorithm.DerReader.MalformedException;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;

/** The modulus of an RSA key whose exponent is 65537, of a supported size, and not plainly no product of two large primes. */
record RsaModulus(BigInteger number, KeySpec spec) {
    /** The product of the odd primes below 752: what BouncyCastle tries, too, and refuses in its own way. */
    private static final BigInteger SMALL_PRIMES = productOfOddPrimes(752);

    /** Reads an RSAPublicKey (RFC 8017, A.1.1). */
    static RsaModulus read(byte[] der) throws MalformedException {
        DerReader all = new DerReader(der);
        DerReader key = all.enter(DerReader.SEQUENCE, "the RSA key");
        all.requireEnd("the RSA key");
        BigInteger modulus = key.positive("the modulus");
        BigInteger exponent = key.positive("the exponent");
        key.requireEnd("the RSA key");
        return of(modulus, exponent);
    }

    private static RsaModulus of(BigInteger modulus, BigInteger exponent) {
        if (!exponent.equals(RSAKeyGenParameterSpec.F4)) {
            String e = exponent.bitLength() > 64 ? "a huge number" : exponent.toString();
            throw new UnsupportedException("RSA public exponent is " + e + "; only 65537 is supported.");
        }
        int size = modulus.bitLength();
        KeySpec spec = Arrays.stream(KeySpec.values())
                .filter(each -> each.algorithm() == KeyAlgorithm.RSA && each.bits() == size)
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        "RSA modulus has " + size + " bits; only 2048, 3072 and 4096 are supported."));
        if (!modulus.testBit(0) || !modulus.gcd(SMALL_PRIMES).equals(BigInteger.ONE)) {
            throw new UnsupportedException(
                    "RSA modulus has a tiny factor: anyone could sign for the key. No key generator makes such a key.");
        }
        return new RsaModulus(modulus, spec);
    }

    private static BigInteger productOfOddPrimes(int limit) {
        BigInteger product = BigInteger.ONE;
        for (int candidate = 3; candidate < limit; candidate += 2) {
            BigInteger number = BigInteger.valueOf(candidate);
            if (number.gcd(product).equals(BigInteger.ONE) && number.isProbablePrime(20)) {
                product = product.multiply(number);
            }
        }
        return product;
    }
}
