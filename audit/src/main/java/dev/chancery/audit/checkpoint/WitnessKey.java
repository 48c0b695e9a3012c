package dev.chancery.audit.checkpoint;

import dev.chancery.error.ConfigurationException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key of a witness, who cosigns checkpoints with the time when it saw them, and cosigns no two that contradict each other. Immutable
 * and thread-safe; one key is equal to itself under any name, for a witness with two names is one witness.
 *
 * <p>Source: <a href="https://c2sp.org/tlog-cosignature">c2sp.org/tlog-cosignature</a>, cosignature/v1.
 */
public final class WitnessKey {
    private static final Pattern FORM =
            Pattern.compile("([^+\\s\\p{Cntrl}]{1,256})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]{44})");
    private static final byte COSIGNATURE = 4;
    private static final int HASH_BYTES = 4;
    private static final int TIME_BYTES = 8;

    private final String name;
    private final byte[] hash;
    private final PublicKey key;
    private final String text;

    private WitnessKey(String name, byte[] raw, String text) {
        this.name = name;
        this.hash = VerificationKey.hash(name, COSIGNATURE, raw);
        this.key = VerificationKey.publicKey(name, raw);
        this.text = text;
    }

    /**
     * Reads a key.
     *
     * @param text {@code name+hash+key}
     * @return the key
     * @throws ConfigurationException if the text is no such key, or its hash is not that of name and key
     */
    public static WitnessKey parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (form.matches()) {
            byte[] typed = decode(form.group(3));
            if (typed.length == 33 && typed[0] == COSIGNATURE) {
                WitnessKey key =
                        new WitnessKey(form.group(1), Arrays.copyOfRange(typed, 1, typed.length), text.strip());
                if (HexFormat.of().formatHex(key.hash).equals(form.group(2))) {
                    return key;
                }
            }
        }
        throw new ConfigurationException(
                "A witness's key is written name+hash+key, as its operator publishes it; this is not one.");
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /**
     * Who signs with it.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /** When the witness saw a text, if a signature line is its cosignature of that; a time that is zero is none. */
    Optional<Instant> check(String text, String base64) {
        ByteBuffer signed = ByteBuffer.wrap(decode(base64));
        if (signed.remaining() != HASH_BYTES + TIME_BYTES + 64) {
            return Optional.empty();
        }
        byte[] id = new byte[HASH_BYTES];
        signed.get(id);
        long time = signed.getLong();
        byte[] signature = new byte[64];
        signed.get(signature);
        byte[] message = ("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8);
        boolean holds = Arrays.equals(id, hash)
                && time > 0
                && time <= Instant.MAX.getEpochSecond()
                && VerificationKey.verifies(key, message, signature);
        return holds ? Optional.of(Instant.ofEpochSecond(time)) : Optional.empty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WitnessKey witness && witness.key.equals(key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /** Returns {@code name+hash+key}. */
    @Override
    public String toString() {
        return text;
    }
}
