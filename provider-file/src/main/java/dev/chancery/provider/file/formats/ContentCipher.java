package dev.chancery.provider.file.formats;

import static java.util.Map.entry;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A cipher that encrypts a private key, called as OpenSSL calls it: a family, a hyphen and a mode. Only AES is chosen today;
 * the others are read.
 */
final class ContentCipher {
    /** @param blockBytes 0 for a stream cipher, which has neither a mode nor an initialisation vector */
    private record Family(String jcaName, int keyBytes, int blockBytes) {}

    private static final Map<String, Family> FAMILIES = Map.ofEntries(
            entry("AES-128", new Family("AES", 16, 16)),
            entry("AES-192", new Family("AES", 24, 16)),
            entry("AES-256", new Family("AES", 32, 16)),
            entry("ARIA-128", new Family("ARIA", 16, 16)),
            entry("ARIA-192", new Family("ARIA", 24, 16)),
            entry("ARIA-256", new Family("ARIA", 32, 16)),
            entry("CAMELLIA-128", new Family("Camellia", 16, 16)),
            entry("CAMELLIA-192", new Family("Camellia", 24, 16)),
            entry("CAMELLIA-256", new Family("Camellia", 32, 16)),
            entry("SEED", new Family("SEED", 16, 16)),
            entry("SM4", new Family("SM4", 16, 16)),
            entry("BF", new Family("Blowfish", 16, 8)),
            entry("CAST5", new Family("CAST5", 16, 8)),
            entry("DES", new Family("DES", 8, 8)),
            entry("DES-EDE", new Family("DESede", 16, 8)),
            entry("DES-EDE3", new Family("DESede", 24, 8)),
            entry("RC2", new Family("RC2", 16, 8)),
            entry("RC2-64", new Family("RC2", 8, 8)),
            entry("RC2-40", new Family("RC2", 5, 8)),
            entry("RC4", new Family("RC4", 16, 0)),
            entry("RC4-40", new Family("RC4", 5, 0)));

    /** A family, and the mode of a block cipher. CFB1 is in no JCA provider; ECB shows which blocks of a key are equal. */
    private static final Pattern NAME = Pattern.compile("(.+?)(?:-(CBC|CFB8?|OFB|CTR))?");

    static final ContentCipher AES_256_CBC = named("AES-256-CBC").orElseThrow();

    private final String name;
    private final Family family;
    private final @Nullable String mode;

    private ContentCipher(String name, Family family, @Nullable String mode) {
        this.name = name;
        this.family = family;
        this.mode = mode;
    }

    /** The cipher of that name, or empty if it is none that is read. */
    static Optional<ContentCipher> named(String name) {
        Matcher parts = NAME.matcher(name);
        Family family = parts.matches() ? FAMILIES.get(parts.group(1)) : null;
        return family != null && (family.blockBytes > 0) == (parts.group(2) != null)
                ? Optional.of(new ContentCipher(name, family, parts.group(2)))
                : Optional.empty();
    }

    String name() {
        return name;
    }

    int keyBytes() {
        return family.keyBytes;
    }

    int ivBytes() {
        return family.blockBytes;
    }

    boolean isAes() {
        return family.jcaName.equals("AES");
    }

    /**
     * @param key wiped here
     * @param iv empty where the initialisation vector is derived too, and stands behind the key
     * @throws BadPaddingException if this is not the right key; a cipher or mode without padding yields noise instead
     * @throws MalformedException if the ciphertext is empty, or in CBC not whole blocks
     */
    byte[] decrypt(byte[] key, byte[] iv, byte[] ciphertext) throws GeneralSecurityException, MalformedException {
        if (ciphertext.length == 0 || (isPadded() && ciphertext.length % family.blockBytes != 0)) {
            throw new MalformedException("truncated: the encrypted key is not whole blocks of " + name);
        }
        byte[] ivOrDerived = iv.length > 0 ? iv : Arrays.copyOfRange(key, keyBytes(), key.length);
        return run(Cipher.DECRYPT_MODE, key, ivOrDerived, ciphertext);
    }

    /** @param key wiped here */
    byte[] encrypt(byte[] key, byte[] iv, byte[] plaintext) throws GeneralSecurityException {
        return run(Cipher.ENCRYPT_MODE, key, iv, plaintext);
    }

    private byte[] run(int direction, byte[] key, byte[] iv, byte[] input) throws GeneralSecurityException {
        String transformation = mode == null
                ? family.jcaName
                : family.jcaName + "/" + mode + (isPadded() ? "/PKCS5Padding" : "/NoPadding");
        try {
            // BouncyCastle's provider takes half a second to load. Its triple DES takes two keys, its RC2 the key's
            // length.
            Cipher cipher = isAes()
                    ? Cipher.getInstance(transformation)
                    : Cipher.getInstance(transformation, BouncyCastleJca.provider());
            AlgorithmParameterSpec parameters = mode == null ? null : new IvParameterSpec(iv);
            cipher.init(direction, new SecretKeySpec(key, 0, keyBytes(), family.jcaName), parameters);
            return cipher.doFinal(input);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private boolean isPadded() {
        return "CBC".equals(mode);
    }
}
