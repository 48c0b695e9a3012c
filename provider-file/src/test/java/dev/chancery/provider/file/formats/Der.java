package dev.chancery.provider.file.formats;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes DER (ITU-T X.690), right and wrong, for tests: each method returns one complete element. */
final class Der {
    private Der() {}

    static byte[] sequence(byte[]... elements) {
        return element(0x30, elements);
    }

    static byte[] context(int number, byte[]... elements) {
        return element(0xA0 | number, elements);
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] integer(long value) {
        return integer(BigInteger.valueOf(value));
    }

    static byte[] octetString(byte[] value) {
        return element(0x04, value);
    }

    static byte[] bitString(byte[] value) {
        return element(0x03, new byte[1], value);
    }

    static byte[] nullValue() {
        return element(0x05);
    }

    static byte[] objectIdentifier(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        arc(content, 40 * Long.parseLong(arcs[0]) + Long.parseLong(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            arc(content, Long.parseLong(arcs[i]));
        }
        return element(0x06, content.toByteArray());
    }

    private static void arc(ByteArrayOutputStream content, long arc) {
        for (int shift = 56; shift > 0; shift -= 7) {
            if (arc >>> shift != 0) {
                content.write((int) (arc >>> shift & 0x7F | 0x80));
            }
        }
        content.write((int) (arc & 0x7F));
    }

    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        int octets = length < 0x80 ? 0 : (39 - Integer.numberOfLeadingZeros(length)) / 8;
        byte[] element = new byte[2 + octets + length];
        element[0] = (byte) tag;
        element[1] = (byte) (octets == 0 ? length : 0x80 | octets);
        for (int i = 0; i < octets; i++) {
            element[2 + i] = (byte) (length >>> 8 * (octets - 1 - i));
        }
        int position = 2 + octets;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, element, position, part.length);
            position += part.length;
        }
        return element;
    }
}
