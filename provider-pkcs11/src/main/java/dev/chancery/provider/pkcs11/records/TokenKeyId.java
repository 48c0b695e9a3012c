package dev.chancery.provider.pkcs11.records;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.PercentEncoding;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a key is called: {@code LABEL:ID}, its CKA_LABEL, percent-encoded, and its CKA_ID in hexadecimal. Tokens accept the same
 * label twice, so neither alone is a key's name; where only one key has the label, a user may leave the rest out.
 *
 * @param label CKA_LABEL, maybe empty
 * @param id CKA_ID in lower-case hexadecimal, maybe empty; absent in what a user wrote shorter
 */
public record TokenKeyId(String label, Optional<String> id) {
    /** The most characters of a label, and bytes of an id, that a key of Chancery's has. */
    public static final int MAX_LABEL = 128;

    public static final int MAX_ID = 64;

    private static final Pattern HEX = Pattern.compile("([0-9a-f]{2})*");
    private static final String DIGEST = "sha256-";

    /**
     * Reads an id as a user writes it.
     *
     * @throws ConfigurationException if no key of a token can be called that
     */
    public static TokenKeyId parse(String text) {
        int colon = text.lastIndexOf(':');
        String encoded = colon < 0 ? text : text.substring(0, colon);
        Optional<String> id = colon < 0
                ? Optional.empty()
                : Optional.of(text.substring(colon + 1).toLowerCase(Locale.ROOT));
        Optional<String> label = PercentEncoding.decode(encoded);
        boolean fits = !text.isEmpty()
                && text.length() <= KeyId.MAX_LENGTH
                && label.isPresent()
                && text.chars().noneMatch(Character::isISOControl)
                && id.filter(hex -> !HEX.matcher(hex).matches()).isEmpty();
        if (!fits) {
            throw new ConfigurationException("No key on a token can be called '" + Printable.of(text)
                    + "'. Write LABEL:ID, the label percent-encoded and the id in hexadecimal, or the label alone.");
        }
        return new TokenKeyId(label.get(), id);
    }

    public static TokenKeyId parse(KeyId id) {
        return parse(id.value());
    }

    /** The whole id that a text is, written as this class writes it, or empty. */
    public static Optional<TokenKeyId> ofWhole(String text) {
        try {
            return Optional.of(parse(text))
                    .filter(id -> id.isWhole() && id.text().equals(text));
        } catch (ConfigurationException e) {
            return Optional.empty();
        }
    }

    /** Of a key found on the token; of one whose name is too long, a digest of it. */
    public static TokenKeyId of(String label, byte[] id) {
        String hex = HexFormat.of().formatHex(id);
        TokenKeyId found = new TokenKeyId(label, Optional.of(hex));
        return found.text().length() <= KeyId.MAX_LENGTH
                ? found
                : new TokenKeyId(
                        DIGEST + Sha256.hex((label + ":" + hex).getBytes(StandardCharsets.UTF_8)), Optional.of(""));
    }

    /** Whether it may stand for a name that is too long, which no token can search for. */
    public boolean isDigest() {
        return label.startsWith(DIGEST);
    }

    public boolean isWhole() {
        return id.isPresent();
    }

    public byte[] idBytes() {
        return HexFormat.of().parseHex(id.orElse(""));
    }

    /** Whether what a user wrote means this key. */
    public boolean means(TokenKeyId whole) {
        return label.equals(whole.label) && (id.isEmpty() || id.equals(whole.id));
    }

    public String text() {
        return PercentEncoding.encode(label) + id.map(hex -> ":" + hex).orElse("");
    }

    public KeyId keyId() {
        return new KeyId(text());
    }

    @Override
    public String toString() {
        return text();
    }
}
