package dev.chancery.algorithm;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads DER (ITU-T X.690, 10), where every value has one encoding: lengths are definite and as short as can be, and nothing may be left
 * over. JCA providers each take some of BER as well.
 */
final class DerReader {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int NULL = 0x05;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    private static final int LONG_FORM = 0x80;

    private final byte[] bytes;
    private final int end;
    private int at;

    DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    /** These bytes are not what they should be. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    boolean isAtEnd() {
        return at == end;
    }

    boolean isNext(int tag) {
        return at < end && (bytes[at] & 0xff) == tag;
    }

    /** Insists that everything was read. */
    void requireEnd(String what) throws MalformedException {
        if (!isAtEnd()) {
            throw new MalformedException(what + " goes on behind its end");
        }
    }

    /** Steps over an element, and returns a reader of its content. */
    DerReader enter(int tag, String what) throws MalformedException {
        if (!isNext(tag)) {
            throw new MalformedException(
                    isAtEnd() ? what + " is missing: the key is truncated" : what + " is of another type");
        }
        at++;
        int length = length(what);
        if (length > end - at) {
            throw new MalformedException(what + " is truncated");
        }
        DerReader content = new DerReader(bytes, at, at + length);
        at += length;
        return content;
    }

    byte[] content(int tag, String what) throws MalformedException {
        DerReader content = enter(tag, what);
        return Arrays.copyOfRange(bytes, content.at, content.end);
    }

    /** The bytes of a BIT STRING that has no unused bits. */
    byte[] bitString(String what) throws MalformedException {
        byte[] content = content(BIT_STRING, what);
        if (content.length == 0 || content[0] != 0) {
            throw new MalformedException(what + " has unused bits");
        }
        return Arrays.copyOfRange(content, 1, content.length);
    }

    /** An INTEGER that is not negative. */
    BigInteger positive(String what) throws MalformedException {
        byte[] content = content(INTEGER, what);
        boolean padded = content.length > 1 && content[0] == 0 && content[1] >= 0;
        if (content.length == 0 || content[0] < 0 || padded) {
            throw new MalformedException(what + " is negative or not as short as can be");
        }
        return new BigInteger(content);
    }

    /** An OBJECT IDENTIFIER in dotted form. */
    String objectIdentifier(String what) throws MalformedException {
        byte[] content = content(OBJECT_IDENTIFIER, what);
        StringBuilder dotted = new StringBuilder();
        long number = 0;
        for (int i = 0; i < content.length; i++) {
            boolean starts = i == 0 || content[i - 1] >= 0;
            if (number > Integer.MAX_VALUE || (starts && content[i] == (byte) LONG_FORM)) {
                throw new MalformedException(what + " is no object identifier");
            }
            number = number << 7 | content[i] & 0x7f;
            if (content[i] >= 0) {
                dotted.append(dotted.length() == 0 ? firstTwo(number) : "." + number);
                number = 0;
            }
        }
        if (content.length == 0 || content[content.length - 1] < 0) {
            throw new MalformedException(what + " is no object identifier");
        }
        return dotted.toString();
    }

    private static String firstTwo(long number) {
        long first = Math.min(2, number / 40);
        return first + "." + (number - 40 * first);
    }

    private int length(String what) throws MalformedException {
        if (isAtEnd()) {
            throw new MalformedException(what + " is truncated");
        }
        int first = bytes[at++] & 0xff;
        if (first < LONG_FORM) {
            return first;
        }
        int octets = first - LONG_FORM;
        if (octets == 0 || octets > 3 || octets > end - at) {
            throw new MalformedException(what + " has an indefinite or impossible length (BER, perhaps)");
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | bytes[at++] & 0xff;
        }
        if (length < LONG_FORM || length < 1 << 8 * (octets - 1)) {
            throw new MalformedException(what + " has a length that is not as short as can be (BER, perhaps)");
        }
        return length;
    }
}
