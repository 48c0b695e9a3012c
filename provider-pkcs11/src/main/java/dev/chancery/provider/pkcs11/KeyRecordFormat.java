package dev.chancery.provider.pkcs11;

import dev.chancery.ConfigurationException;
import dev.chancery.IntegrityException;
import dev.chancery.RingPosition;
import dev.chancery.UnsupportedException;
import dev.chancery.spi.support.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A {@link KeyRecord} as text, in the CKO_DATA object of a token or a file: a line that says what it is, the key's id, its
 * public half (SubjectPublicKeyInfo, Base64), the generations that it holds, and {@link AttributeLines}.
 */
final class KeyRecordFormat {
    /** Room for 64 labels of 256 characters each way, percent-encoded names (9 bytes a character), and the longest history. */
    static final int MAX_BYTES = 256 * 1024;

    private static final String HEADER = "chancery-key/";
    private static final int VERSION = 1;

    private KeyRecordFormat() {}

    static byte[] write(KeyRecord record) {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER + VERSION);
        lines.add("id=" + record.id());
        lines.add("revision=" + record.revision());
        record.publicKey()
                .ifPresent(key -> lines.add("public=" + Base64.getEncoder().encodeToString(key.getEncoded())));
        for (RingPosition claim : record.claims()) {
            lines.add("claim=" + AttributeLines.write(claim));
        }
        lines.addAll(AttributeLines.write(record.attributes()));
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a record.
     *
     * @param where what to call it in messages
     * @throws IntegrityException if it is damaged
     * @throws UnsupportedException if a newer version wrote it
     */
    static KeyRecord read(byte[] bytes, String where) {
        try {
            return read(lines(bytes), where);
        } catch (ConfigurationException e) {
            throw new IntegrityException(where + " is damaged: " + e.getMessage() + ". Restore it from a backup.", e);
        }
    }

    private static List<String> lines(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new ConfigurationException("it has more than " + MAX_BYTES + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (!text.endsWith("\n")) {
                throw new ConfigurationException("its end is missing");
            }
            return List.of(text.substring(0, text.length() - 1).split("\n", -1));
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("it is no UTF-8", e);
        }
    }

    private static KeyRecord read(List<String> lines, String where) {
        String header = lines.get(0);
        if (!header.startsWith(HEADER)) {
            throw new ConfigurationException("it does not begin with " + HEADER);
        }
        if (!header.equals(HEADER + VERSION)) {
            throw new UnsupportedException(where + " was written by a newer Chancery (" + Printable.of(header)
                    + "; this one reads " + HEADER + VERSION + "). Update this one.");
        }
        Optional<TokenKeyId> id = Optional.empty();
        Optional<PublicKey> publicKey = Optional.empty();
        long revision = 0;
        List<RingPosition> claims = new ArrayList<>();
        List<String> attributes = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String value = line.substring(line.indexOf('=') + 1);
            if (line.startsWith("id=")) {
                id = Optional.of(TokenKeyId.parse(value)).filter(TokenKeyId::isWhole);
            } else if (line.startsWith("revision=")) {
                revision = revision(value);
            } else if (line.startsWith("public=")) {
                publicKey = Optional.of(publicKey(value));
            } else if (line.startsWith("claim=")) {
                claims.add(AttributeLines.position(value));
            } else {
                attributes.add(line);
            }
        }
        return new KeyRecord(
                id.orElseThrow(() -> new ConfigurationException("its id is missing")),
                publicKey,
                AttributeLines.read(attributes),
                claims,
                revision);
    }

    private static long revision(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ConfigurationException("its revision is no number", e);
        }
    }

    private static PublicKey publicKey(String base64) {
        try {
            return PublicKeys.decode(Base64.getDecoder().decode(base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ConfigurationException("its public half is no key", e);
        }
    }
}
