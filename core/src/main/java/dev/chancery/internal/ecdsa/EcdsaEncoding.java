package dev.chancery.internal.ecdsa;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.signing.SignResult;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * The two encodings of an ECDSA signature, read strictly: canonical DER (X.690 10) or exact length, and 0 &lt; r, s &lt; n
 * (FIPS 186-5 6.4.2). JCA providers are laxer than this.
 */
public final class EcdsaEncoding {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int LONG_FORM_ONE_BYTE = 0x81;

    private EcdsaEncoding() {}

    /**
     * Says what is wrong with a DER signature.
     *
     * @return the reason, or empty if it is well formed
     */
    public static Optional<String> problemOfDer(byte[] der, KeySpec spec) {
        int[] bounds = splitDer(der);
        if (bounds.length == 0) {
            return Optional.of("The signature is not a canonical DER SEQUENCE of two INTEGERs.");
        }
        return problemOfNumbers(der, bounds, spec);
    }

    /** Says what is wrong with a P1363 signature. */
    public static Optional<String> problemOfP1363(byte[] p1363, KeySpec spec) {
        int half = fieldLength(spec);
        if (p1363.length != 2 * half) {
            return Optional.of("A P1363 signature of a " + spec + " key has " + 2 * half + " bytes, this one has "
                    + p1363.length + ".");
        }
        return problemOfNumbers(p1363, new int[] {0, half, half, half}, spec);
    }

    /**
     * A store's answer in the form that applications get: DER for ECDSA, every other algorithm untouched.
     *
     * @throws IntegrityException if the answer is not what it says it is
     */
    public static byte[] normalise(SignResult result, SignatureAlgorithm algorithm, KeyMetadata key, String location) {
        byte[] bytes = result.signature();
        if (result.encoding() == SignatureEncoding.DER || algorithm.scheme() != SignatureAlgorithm.Scheme.ECDSA) {
            return bytes;
        }
        problemOfP1363(bytes, key.spec()).ifPresent(problem -> {
            throw new IntegrityException("The store " + location + " answered with a malformed signature of key "
                    + key.id() + ": " + problem);
        });
        return toDer(bytes);
    }

    /** Turns a well-formed DER signature into the P1363 form. */
    public static byte[] toP1363(byte[] der, KeySpec spec) {
        int[] bounds = splitDer(der);
        int half = fieldLength(spec);
        if (bounds.length == 0
                || significant(der, bounds[0], bounds[1]) > half
                || significant(der, bounds[2], bounds[3]) > half) {
            throw new IllegalArgumentException("Not a DER signature of a " + spec + " key.");
        }
        byte[] p1363 = new byte[2 * half];
        copyRight(der, bounds[0], bounds[1], p1363, half);
        copyRight(der, bounds[2], bounds[3], p1363, 2 * half);
        return p1363;
    }

    /** Turns a P1363 signature of even length into DER. */
    public static byte[] toDer(byte[] p1363) {
        int half = p1363.length / 2;
        byte[] r = new BigInteger(1, p1363, 0, half).toByteArray();
        byte[] s = new BigInteger(1, p1363, half, half).toByteArray();
        int content = 2 + r.length + 2 + s.length;
        int header = content > 0x7f ? 3 : 2;
        byte[] der = new byte[header + content];
        der[0] = SEQUENCE;
        if (header == 3) {
            der[1] = (byte) LONG_FORM_ONE_BYTE;
        }
        der[header - 1] = (byte) content;
        int at = putInteger(der, header, r);
        putInteger(der, at, s);
        return der;
    }

    private static int putInteger(byte[] der, int at, byte[] number) {
        der[at] = INTEGER;
        der[at + 1] = (byte) number.length;
        System.arraycopy(number, 0, der, at + 2, number.length);
        return at + 2 + number.length;
    }

    /** Offset and length of r, offset and length of s; empty if the encoding is not canonical. */
    private static int[] splitDer(byte[] der) {
        int[] malformed = {};
        if (der.length < 8 || der.length > 0x83 + 0xff || der[0] != SEQUENCE) {
            return malformed;
        }
        int content = der[1] & 0xff;
        int at = 2;
        if (content == LONG_FORM_ONE_BYTE) {
            content = der[2] & 0xff;
            at = 3;
            if (content < 0x80) {
                return malformed;
            }
        } else if (content > 0x7f) {
            return malformed;
        }
        if (at + content != der.length) {
            return malformed;
        }
        int r = integerLength(der, at);
        if (r < 0) {
            return malformed;
        }
        int second = at + 2 + r;
        int s = integerLength(der, second);
        if (s < 0 || second + 2 + s != der.length) {
            return malformed;
        }
        return new int[] {at + 2, r, second + 2, s};
    }

    /** The length of the minimal, non-negative INTEGER at an offset, or -1. */
    private static int integerLength(byte[] der, int at) {
        if (at + 2 >= der.length || der[at] != INTEGER) {
            return -1;
        }
        int length = der[at + 1] & 0xff;
        int first = at + 2;
        if (length == 0 || length > 0x7f || first + length > der.length || der[first] < 0) {
            return -1;
        }
        boolean padded = length > 1 && der[first] == 0 && der[first + 1] >= 0;
        return padded ? -1 : length;
    }

    private static Optional<String> problemOfNumbers(byte[] from, int[] bounds, KeySpec spec) {
        byte[] order = CurveOrder.of(spec);
        boolean inRange = isInRange(from, bounds[0], bounds[1], order) && isInRange(from, bounds[2], bounds[3], order);
        return inRange ? Optional.empty() : Optional.of("The signature's numbers are out of range.");
    }

    /** Whether 0 &lt; number &lt; order. */
    private static boolean isInRange(byte[] from, int offset, int length, byte[] order) {
        int at = offset;
        int end = offset + length;
        while (at < end && from[at] == 0) {
            at++;
        }
        int significant = end - at;
        return significant == order.length
                ? Arrays.compareUnsigned(from, at, end, order, 0, order.length) < 0
                : significant > 0 && significant < order.length;
    }

    private static int fieldLength(KeySpec spec) {
        return (spec.bits() + 7) / 8;
    }

    private static int significant(byte[] from, int offset, int length) {
        return from[offset] == 0 ? length - 1 : length;
    }

    private static void copyRight(byte[] from, int offset, int length, byte[] to, int end) {
        int significant = significant(from, offset, length);
        System.arraycopy(from, offset + length - significant, to, end - significant, significant);
    }
}
