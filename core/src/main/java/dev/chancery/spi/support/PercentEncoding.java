package dev.chancery.spi.support;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent encoding of UTF-8 (RFC 3986, 2.1). A plus is a plus: it stands for a space in forms only. */
public final class PercentEncoding {
    private PercentEncoding() {}

    /**
     * Encodes everything but letters and digits of ASCII and {@code - . _ ~}, so that the text can stand anywhere in a URI.
     *
     * @param text any text
     * @return the encoded text, its hexadecimal digits in upper case
     */
    public static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b)) {
                encoded.append((char) b);
            } else {
                encoded.append(String.format("%%%02X", b));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || "-._~".indexOf(b) >= 0;
    }

    /**
     * Undoes the encoding. Characters that need not be encoded may be, and the other way round.
     *
     * @param text encoded text
     * @return the text, or empty if a percent sign stands before anything but two hexadecimal digits or the bytes are no UTF-8
     */
    public static Optional<String> decode(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.put(encoded[i]);
                continue;
            }
            int high = digit(encoded, ++i);
            int low = digit(encoded, ++i);
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes.put((byte) (high << 4 | low));
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static int digit(byte[] encoded, int at) {
        return at < encoded.length ? Character.digit(encoded[at], 16) : -1;
    }
}
