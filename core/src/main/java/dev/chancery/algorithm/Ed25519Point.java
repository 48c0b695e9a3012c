package dev.chancery.algorithm;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.spec.EdECPoint;
import java.util.Set;

/** Refuses public points that no honest key pair has. JCA providers let them pass. */
final class Ed25519Point {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

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
     * @throws UnsupportedException if its encoding is not canonical (RFC 8032, 5.1.3), or if its order is so small that one
     *     signature fits many messages
     */
    static void requireSound(EdECPoint point) {
        if (point.getY().signum() < 0 || point.getY().compareTo(P) >= 0) {
            throw new UnsupportedException(
                    "The Ed25519 public point is not canonical: y is not below the field's prime.");
        }
        if (SMALL_ORDER.contains(point.getY())) {
            throw new UnsupportedException(
                    "The Ed25519 public point has a small order: anyone could sign for it. No key generator makes such a key.");
        }
    }
}
