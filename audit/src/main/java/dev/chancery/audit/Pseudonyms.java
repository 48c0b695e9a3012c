package dev.chancery.audit;

import dev.chancery.audit.options.AuditOptions;
import dev.chancery.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Hides what is personal behind an HMAC-SHA-256 of the field's name, a NUL and the value. Equal values of one field stay equal,
 * so a reader with the key still finds a caller's records; one without it cannot even try names. Immutable and thread-safe.
 */
public final class Pseudonyms {
    private static final int SHORTEST_KEY = 32;

    private final @Nullable SecretKey key;

    Pseudonyms(Optional<SecretKey> key) {
        byte[] encoded = key.map(SecretKey::getEncoded).orElse(null);
        if (encoded != null && encoded.length < SHORTEST_KEY) {
            throw new ConfigurationException("The key that hides personal fields has 32 bytes or more.");
        }
        this.key = key.orElse(null);
    }

    /**
     * Hides as a log does that was opened with {@link AuditOptions.Builder#pseudonymKey}.
     *
     * @param key the key, at least 32 bytes
     * @return what hides
     * @throws ConfigurationException if the key is shorter
     */
    public static Pseudonyms with(SecretKey key) {
        return new Pseudonyms(Optional.of(key));
    }

    /**
     * Hides a value.
     *
     * @param field the field's name: {@code user_id}, {@code ip_address} or {@code user_agent}
     * @param value what stands in it
     * @return what the log has instead
     */
    public String of(String field, String value) {
        SecretKey secret = key;
        if (secret == null) {
            return value;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            mac.update(field.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return "hmac:" + HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("The key that hides personal fields cannot be used with HMAC-SHA-256.", e);
        }
    }
}
