package dev.chancery.provider.file.formats;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.util.Locale;

/**
 * How much work a file may ask for before its passphrase is even known to be right. Checked before any of it is done.
 *
 * @param iterations of PBKDF2 and of the older derivations
 * @param scryptBytes memory that scrypt takes, 128·r·(N + p)
 */
record KdfLimits(int iterations, long scryptBytes) {
    /** Some seconds and a quarter of a gigabyte: sixteen times what today's recommendations ask for. */
    static final KdfLimits DEFAULT = new KdfLimits(10_000_000, 256L << 20);

    /** scrypt fills its memory p times; together that may be this many times the largest memory. */
    private static final int SCRYPT_PASSES = 4;

    int checkIterations(BigInteger requested) throws MalformedException {
        requirePositive(requested);
        if (requested.compareTo(BigInteger.valueOf(iterations)) > 0) {
            throw new UnsupportedException(String.format(
                    Locale.ROOT,
                    "The key asks for %s iterations of key derivation; at most %,d are done.",
                    size(requested),
                    iterations));
        }
        return requested.intValue();
    }

    void checkScrypt(BigInteger cost, BigInteger blockSize, BigInteger parallelization) throws MalformedException {
        requirePositive(cost);
        requirePositive(blockSize);
        requirePositive(parallelization);
        BigInteger bytes = cost.add(parallelization).multiply(blockSize).shiftLeft(7);
        if (bytes.compareTo(BigInteger.valueOf(scryptBytes)) > 0) {
            throw new UnsupportedException(String.format(
                    Locale.ROOT,
                    "The key asks for %s MiB of memory for scrypt; at most %,d MiB are given.",
                    size(bytes.shiftRight(20)),
                    scryptBytes >> 20));
        }
        BigInteger work = cost.multiply(parallelization).multiply(blockSize).shiftLeft(7);
        if (work.compareTo(BigInteger.valueOf(SCRYPT_PASSES * scryptBytes)) > 0) {
            throw new UnsupportedException(String.format(
                    Locale.ROOT,
                    "The key asks scrypt to fill %s MiB of memory; at most %,d MiB are filled.",
                    size(work.shiftRight(20)),
                    SCRYPT_PASSES * scryptBytes >> 20));
        }
        // RFC 7914, section 2: a power of two above 1 and below 2^(128·r/8).
        if (cost.bitCount() != 1 || cost.bitLength() < 2 || cost.bitLength() > 16 * blockSize.intValueExact()) {
            throw new MalformedException("the cost of scrypt is none that it takes");
        }
    }

    private static void requirePositive(BigInteger count) throws MalformedException {
        if (count.signum() <= 0) {
            throw new MalformedException("a count of the key derivation is not positive");
        }
    }

    /** Digits while a person can read them: the number comes from the file and may have thousands. */
    private static String size(BigInteger count) {
        return count.bitLength() <= 63 ? String.format(Locale.ROOT, "%,d", count) : "2^" + (count.bitLength() - 1);
    }
}
