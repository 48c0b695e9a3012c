package dev.chancery.provider.file.formats;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A cursor over DER (ITU-T X.690): each call takes the next element, of the type that the caller's schema expects, or
 * fails. Only definite, minimal lengths, tags below 31 and minimal integers exist for it. Nothing recurses, nothing is
 * allocated beyond the size of the input.
 */
final class DerReader {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private final byte[] der;
    private final int end;
    private int position;

    DerReader(byte[] der) {
        this(der, 0, der.length);
    }

    private DerReader(byte[] der, int from, int end) {
        this.der = der;
        this.position = from;
        this.end = end;
    }

    /** The tag of a constructed context-specific element, {@code [number]}. */
    static int context(int number) {
        return 0xA0 | number;
    }

    /** The tag of a primitive context-specific element, {@code [number] IMPLICIT}. */
    static int primitiveContext(int number) {
        return 0x80 | number;
    }

    boolean atEnd() {
        return position == end;
    }

    void requireEnd() throws MalformedException {
        if (!atEnd()) {
            throw new MalformedException("DER: unexpected data after the last element");
        }
    }

    boolean nextIs(int tag) {
        return position < end && (der[position] & 0xFF) == tag;
    }

    /** The content of the next element, which must have this tag. */
    DerReader element(int tag) throws MalformedException {
        if (!nextIs(tag)) {
            throw new MalformedException(
                    atEnd()
                            ? String.format("DER: ends where tag 0x%02X is expected", tag)
                            : String.format("DER: tag 0x%02X where 0x%02X is expected", der[position] & 0xFF, tag));
        }
        position++;
        int length = length();
        DerReader content = new DerReader(der, position, position + length);
        position += length;
        return content;
    }

    DerReader sequence() throws MalformedException {
        return element(SEQUENCE);
    }

    /** The one SEQUENCE that the whole input is. */
    DerReader onlySequence() throws MalformedException {
        DerReader content = sequence();
        requireEnd();
        return content;
    }

    BigInteger integer() throws MalformedException {
        DerReader content = element(INTEGER);
        int length = content.end - content.position;
        if (length == 0) {
            throw new MalformedException("DER: empty INTEGER");
        }
        if (length > 1) {
            int first = der[content.position];
            boolean nextIsNegative = der[content.position + 1] < 0;
            if ((first == 0 && !nextIsNegative) || (first == -1 && nextIsNegative)) {
                throw new MalformedException("DER: INTEGER with superfluous leading bytes");
            }
        }
        return new BigInteger(der, content.position, length);
    }

    /** A count or version: an INTEGER from 0 to 2^31 − 1. */
    int smallInteger() throws MalformedException {
        BigInteger value = integer();
        if (value.signum() < 0 || value.bitLength() > 31) {
            throw new MalformedException("DER: INTEGER out of range");
        }
        return value.intValue();
    }

    byte[] octetString() throws MalformedException {
        return element(OCTET_STRING).remaining();
    }

    byte[] bitString() throws MalformedException {
        return bitString(BIT_STRING);
    }

    /** A BIT STRING of whole bytes, under an implicit tag. */
    byte[] bitString(int tag) throws MalformedException {
        DerReader content = element(tag);
        if (content.atEnd() || der[content.position] != 0) {
            throw new MalformedException("DER: BIT STRING that is not whole bytes");
        }
        content.position++;
        return content.remaining();
    }

    void nullValue() throws MalformedException {
        element(NULL).requireEnd();
    }

    /** In dotted form. */
    String objectIdentifier() throws MalformedException {
        DerReader content = element(OBJECT_IDENTIFIER);
        StringBuilder dotted = new StringBuilder();
        while (!content.atEnd()) {
            long arc = content.arc();
            if (dotted.length() == 0) {
                long root = Math.min(arc / 40, 2);
                dotted.append(root).append('.').append(arc - 40 * root);
            } else {
                dotted.append('.').append(arc);
            }
        }
        if (dotted.length() == 0 || dotted.length() > 100) {
            throw new MalformedException("DER: OBJECT IDENTIFIER empty or too long");
        }
        return dotted.toString();
    }

    private long arc() throws MalformedException {
        long arc = 0;
        for (int digits = 0; digits < 8 && !atEnd(); digits++) {
            int octet = der[position++];
            if (digits == 0 && octet == (byte) 0x80) {
                break;
            }
            arc = arc << 7 | octet & 0x7F;
            if (octet >= 0) {
                return arc;
            }
        }
        throw new MalformedException("DER: damaged OBJECT IDENTIFIER");
    }

    /** What is left of this element, copied. */
    private byte[] remaining() {
        byte[] copy = Arrays.copyOfRange(der, position, end);
        position = end;
        return copy;
    }

    private int length() throws MalformedException {
        int first = octet();
        int length = first;
        if (first > 0x7F) {
            int octets = first & 0x7F;
            // Three octets count 16 MiB, more than any input here holds.
            if (octets == 0 || octets > 3) {
                throw new MalformedException("DER: indefinite or oversized length");
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | octet();
            }
            if (length < 0x80 || length < 1 << 8 * (octets - 1)) {
                throw new MalformedException("DER: length not in its shortest form");
            }
        }
        if (length > end - position) {
            throw new MalformedException("DER: truncated, an element is longer than what contains it");
        }
        return length;
    }

    private int octet() throws MalformedException {
        if (atEnd()) {
            throw new MalformedException("DER: truncated");
        }
        return der[position++] & 0xFF;
    }
}
