package dev.chancery.spi.records;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * RFC 2047's "Q" encoding (4.2), for values that may hold ASCII letters, digits and {@code . : / @ + - _ =} only: {@code _} is a space,
 * {@code =C3=BC} the UTF-8 of ü.
 */
final class QEncoding {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private QEncoding() {}

    static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b == ' ') {
                encoded.append('_');
            } else if (isPlain(b)) {
                encoded.append((char) b);
            } else {
                HEX.toHexDigits(encoded.append('='), b);
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || ".:/@+-".indexOf(b) >= 0;
    }

    /** @throws IllegalArgumentException if the text ends in the middle of a character, or is no ASCII or no UTF-8 */
    static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || (c == '=' && i + 2 >= text.length())) {
                throw new IllegalArgumentException("no Q encoding");
            }
            if (c == '=') {
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c == '_' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("no UTF-8", e);
        }
    }
}
