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

    /** The power of two that a mebibyte is. */
    private static final int MIB = 20;

    private static final int MAX_SALT_BYTES = 1024;

    byte[] checkSalt(byte[] salt) throws MalformedException {
        if (salt.length == 0 || salt.length > MAX_SALT_BYTES) {
            throw new MalformedException("a salt of " + salt.length + " bytes");
        }
        return salt;
    }

    int checkIterations(BigInteger requested) throws MalformedException {
        requirePositive(requested);
        requireAtMost(
                iterations, requested, 0, "The key asks for %s iterations of key derivation; at most %,d are done.");
        return requested.intValue();
    }

    void checkScrypt(BigInteger cost, BigInteger blockSize, BigInteger parallelization) throws MalformedException {
        requirePositive(cost);
        requirePositive(blockSize);
        requirePositive(parallelization);
        BigInteger memory = cost.add(parallelization).multiply(blockSize).shiftLeft(7);
        String tooLarge = "The key asks for %s MiB of memory for scrypt; at most %,d MiB are given.";
        requireAtMost(scryptBytes, memory, MIB, tooLarge);
        BigInteger work = cost.multiply(parallelization).multiply(blockSize).shiftLeft(7);
        String tooMuch = "The key asks scrypt to fill %s MiB of memory; at most %,d MiB are filled.";
        requireAtMost(SCRYPT_PASSES * scryptBytes, work, MIB, tooMuch);
        // RFC 7914, section 2: a power of two above 1 and below 2^(128·r/8).
        if (cost.bitCount() != 1 || cost.bitLength() < 2 || cost.bitLength() > 16 * blockSize.intValueExact()) {
            throw new MalformedException("the cost of scrypt is none that it takes");
        }
    }

    /** @param unit the power of two in which the message counts */
    private static void requireAtMost(long limit, BigInteger requested, int unit, String message) {
        if (requested.compareTo(BigInteger.valueOf(limit)) > 0) {
            throw new UnsupportedException(
                    String.format(Locale.ROOT, message, size(requested.shiftRight(unit)), limit >> unit));
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
