package dev.chancery.audit.internal.line;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lower-case hexadecimal digits in a line: from tables, for a branch on each of so many random digits would cost as much as hashing. */
final class HexDigits {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = none();

    private HexDigits() {}

    /** Not 0 for each byte that is no digit. */
    private static byte[] none() {
        byte[] none = new byte[256];
        Arrays.fill(none, (byte) 1);
        for (byte digit : DIGITS) {
            none[digit] = 0;
        }
        return none;
    }

    /** Whether all bytes are digits. */
    static boolean areAt(byte[] line, int from, int to) {
        int none = 0;
        for (int i = from; i < to; i++) {
            none |= NONE[line[i] & 0xff];
        }
        return none == 0;
    }

    /** Whether the digits of some bytes stand there; takes the same time wherever they differ. */
    static boolean areAt(byte[] line, int from, byte[] bytes, int count) {
        int difference = 0;
        for (int i = 0; i < count; i++) {
            difference |= line[from + 2 * i] ^ DIGITS[bytes[i] >> 4 & 0xf];
            difference |= line[from + 2 * i + 1] ^ DIGITS[bytes[i] & 0xf];
        }
        return difference == 0;
    }
}
