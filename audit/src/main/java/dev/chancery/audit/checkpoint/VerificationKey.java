package dev.chancery.audit.checkpoint;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public half of an audit key, in the form that C2SP's signed notes use: {@code name+hash+key}, where the hash is eight
 * hexadecimal digits and the key is base64. Immutable and thread-safe.
 *
 * <p>Source: <a href="https://c2sp.org/signed-note">c2sp.org/signed-note</a>, "Verifier keys".
 */
public final class VerificationKey {
    private static final Pattern FORM =
            Pattern.compile("([^+\\s\\p{Cntrl}]{1,256})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]{44})");
    /** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo, RFC 8410 4. */
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final byte ED25519 = 1;
    private static final int KEY_BYTES = 32;

    private final String name;
    private final byte[] hash;
    private final PublicKey key;

    private VerificationKey(String name, byte[] raw) {
        this.name = name;
        this.hash = hash(name, ED25519, raw);
        this.key = publicKey(name, raw);
    }

    /** The key that 32 bytes are. */
    static PublicKey publicKey(String name, byte[] raw) {
        byte[] encoded = Arrays.copyOf(SPKI, SPKI.length + KEY_BYTES);
        System.arraycopy(raw, 0, encoded, SPKI.length, KEY_BYTES);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("The audit key '" + name + "' holds no Ed25519 key.", e);
        }
    }

    /**
     * Reads a key.
     *
     * @param text {@code name+hash+key}
     * @return the key
     * @throws ConfigurationException if the text is no such key, or its hash is not that of name and key
     */
    public static VerificationKey parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw malformed();
        }
        byte[] typed;
        try {
            typed = Base64.getDecoder().decode(form.group(3));
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        if (typed.length != 1 + KEY_BYTES || typed[0] != ED25519) {
            throw malformed();
        }
        VerificationKey key = new VerificationKey(form.group(1), Arrays.copyOfRange(typed, 1, typed.length));
        if (!HexFormat.of().formatHex(key.hash).equals(form.group(2))) {
            throw malformed();
        }
        return key;
    }

    private static ConfigurationException malformed() {
        return new ConfigurationException(
                "An audit key is written name+hash+key, as `chancery audit key` prints it; this is not one.");
    }

    /** The key of that name that an Ed25519 public key is. */
    static VerificationKey of(String name, PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded.length != SPKI.length + KEY_BYTES
                || !Arrays.equals(encoded, 0, SPKI.length, SPKI, 0, SPKI.length)) {
            throw new ConfigurationException("Checkpoints are signed with Ed25519; this is another kind of key.");
        }
        return new VerificationKey(name, Arrays.copyOfRange(encoded, SPKI.length, encoded.length));
    }

    /** What tells a key of that name and type from others. */
    static byte[] hash(String name, byte type, byte[] raw) {
        MessageDigest digest = Sha256.digest();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(type);
        digest.update(raw);
        return Arrays.copyOf(digest.digest(), 4);
    }

    /**
     * Who signs with it.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    byte[] hash() {
        return hash.clone();
    }

    /** Whether a signature of a text is this key's. */
    boolean verifies(byte[] text, byte[] signature) {
        return verifies(key, text, signature);
    }

    static boolean verifies(PublicKey key, byte[] text, byte[] signature) {
        try {
            Signature engine = Signature.getInstance("Ed25519");
            engine.initVerify(key);
            engine.update(text);
            return signature.length == 64 && engine.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Returns {@code name+hash+key}. */
    @Override
    public String toString() {
        byte[] encoded = key.getEncoded();
        byte[] typed = new byte[1 + KEY_BYTES];
        typed[0] = ED25519;
        System.arraycopy(encoded, SPKI.length, typed, 1, KEY_BYTES);
        return name + "+" + HexFormat.of().formatHex(hash) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}
