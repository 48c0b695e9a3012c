package dev.chancery.algorithm;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;

/** Ed25519's encoded points (RFC 8032, 5.1.2). Refuses those that no honest signer makes; JCA providers let them pass, each others. */
public final class Ed25519Point {
    private static final int LENGTH = 32;
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger D =
            BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P));

    /** A y of the points of order 8; the other is its negative. */
    private static final BigInteger Y8 =
            new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16);

    /** The y of the eight points whose order divides the cofactor 8. */
    private static final Set<BigInteger> SMALL_ORDER =
            Set.of(BigInteger.ZERO, BigInteger.ONE, P.subtract(BigInteger.ONE), Y8, P.subtract(Y8));

    private Ed25519Point() {}

    /**
     * Checks a public point.
     *
     * @throws UnsupportedException if it is not on the curve, its encoding is not canonical (RFC 8032, 5.1.3), or its order is so
     *     small that one signature fits many messages
     */
    static void requireSound(byte[] point) {
        if (point.length != LENGTH) {
            throw new UnsupportedException(
                    "An Ed25519 public point has " + LENGTH + " bytes, this one has " + point.length + ".");
        }
        problem(point).ifPresent(problem -> {
            throw new UnsupportedException(
                    "The Ed25519 public point " + problem + ". No key generator makes such a key.");
        });
        BigInteger square = y(point).pow(2);
        BigInteger quotient = square.subtract(BigInteger.ONE)
                .multiply(D.multiply(square)
                        .add(BigInteger.ONE)); // x² is this over a square: both are squares or neither is
        if (!quotient.modPow(P.subtract(BigInteger.ONE).shiftRight(1), P).equals(BigInteger.ONE)) {
            throw new UnsupportedException("The Ed25519 public point is not on the curve.");
        }
    }

    /**
     * What keeps a point out of any signature, as far as its encoding shows: whether it is on the curve takes arithmetic.
     *
     * @param point 32 bytes
     * @return what is wrong, to follow the words "the point"; empty if nothing is
     */
    public static Optional<String> problem(byte[] point) {
        BigInteger y = y(point);
        if (y.compareTo(P) >= 0) {
            return Optional.of("is not canonical: its y is not below the field's prime");
        }
        return SMALL_ORDER.contains(y)
                ? Optional.of("has a small order: with such a point, one signature fits many messages")
                : Optional.empty();
    }

    /** Little-endian, but for the highest bit, which is the sign of x. */
    private static BigInteger y(byte[] point) {
        byte[] bigEndian = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bigEndian[i] = point[LENGTH - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        return new BigInteger(1, bigEndian);
    }
}
