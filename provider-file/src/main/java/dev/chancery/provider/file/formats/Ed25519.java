package dev.chancery.provider.file.formats;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** Ed25519 keys: 32 bytes each way (RFC 8032, RFC 8410). */
final class Ed25519 {
    static final int KEY_BYTES = 32;

    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    /** d = −121665/121666 of RFC 8032, section 5.1. */
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(PRIME))
            .mod(PRIME);

    private Ed25519() {}

    /** The pair of a 32-byte private key. */
    static KeyPair pair(byte[] seed) throws MalformedException {
        if (seed.length != KEY_BYTES) {
            throw new MalformedException("an Ed25519 private key that is not 32 bytes long");
        }
        try {
            KeyPair pair = generateFrom(seed);
            byte[] generated = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseGet(() -> new byte[0]);
            boolean same = Arrays.equals(generated, seed);
            Arrays.fill(generated, (byte) 0);
            return same
                    ? pair
                    : new KeyPair(
                            publicKey(BouncyCastle.ed25519PublicKey(seed)),
                            KeyFactory.getInstance("Ed25519")
                                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no Ed25519", e);
        }
    }

    /**
     * The JDK computes a public key only where it generates one, and its private key is what the random source gives: so
     * it is given the seed. A provider that takes its bytes otherwise is noticed by the caller.
     */
    private static KeyPair generateFrom(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new FixedBytes(seed));
        return generator.generateKeyPair();
    }

    private static final class FixedBytes extends SecureRandom {
        private final transient byte[] seed;

        FixedBytes(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
        }
    }

    /** @throws MalformedException if the bytes are no point of the curve */
    static PublicKey publicKey(byte[] littleEndian) throws MalformedException {
        if (littleEndian.length != KEY_BYTES) {
            throw notOnCurve();
        }
        byte[] bigEndian = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            bigEndian[i] = littleEndian[KEY_BYTES - 1 - i];
        }
        boolean xIsOdd = bigEndian[0] < 0;
        bigEndian[0] &= 0x7F;
        BigInteger y = new BigInteger(1, bigEndian);
        requireOnCurve(xIsOdd, y);
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(xIsOdd, y)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no Ed25519", e);
        }
    }

    /** RFC 8032, section 5.1.3: y is below the prime, and x² = (y² − 1) / (d·y² + 1) has a root. */
    private static void requireOnCurve(boolean xIsOdd, BigInteger y) throws MalformedException {
        if (y.compareTo(PRIME) >= 0) {
            throw notOnCurve();
        }
        BigInteger ySquare = y.multiply(y);
        // −1/d is no square, so the divisor is never 0.
        BigInteger xSquare = ySquare.subtract(BigInteger.ONE)
                .multiply(D.multiply(ySquare).add(BigInteger.ONE).modInverse(PRIME))
                .mod(PRIME);
        boolean hasRoot = xSquare.signum() == 0
                ? !xIsOdd
                // Euler's criterion.
                : xSquare.modPow(PRIME.shiftRight(1), PRIME).equals(BigInteger.ONE);
        if (!hasRoot) {
            throw notOnCurve();
        }
    }

    private static MalformedException notOnCurve() {
        return new MalformedException("the Ed25519 public key is no point of its curve");
    }

    static byte[] encode(EdECPublicKey key) {
        byte[] littleEndian = new byte[KEY_BYTES];
        byte[] y = key.getPoint().getY().toByteArray();
        for (int i = 0; i < Math.min(y.length, KEY_BYTES); i++) {
            littleEndian[i] = y[y.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            littleEndian[KEY_BYTES - 1] |= (byte) 0x80;
        }
        return littleEndian;
    }
}
