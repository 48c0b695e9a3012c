package dev.chancery.provider.file.formats;

import static java.util.Map.entry;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.RC2ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A cipher that encrypts a private key, called as OpenSSL calls it: a family, a hyphen and a mode. Only AES is chosen today;
 * the others are read.
 */
final class ContentCipher {
    /** @param blockBytes 0 for a stream cipher, which has neither a mode nor an initialisation vector */
    private record Family(String jcaName, int keyBytes, int blockBytes) {}

    private static final Map<String, Family> FAMILIES = new HashMap<>(Map.ofEntries(
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
            entry("RC4", new Family("ARCFOUR", 16, 0)),
            entry("RC4-40", new Family("ARCFOUR", 5, 0))));

    static {
        for (String name : new String[] {"AES", "ARIA", "Camellia"}) {
            for (int bits = 128; bits <= 256; bits += 64) {
                FAMILIES.put(name.toUpperCase(Locale.ROOT) + "-" + bits, new Family(name, bits / 8, 16));
            }
        }
    }

    /** None for a stream cipher. CFB1 is in no JCA provider; ECB shows which blocks of a key are equal. */
    private static final Set<String> MODES = Set.of("CBC", "CFB", "CFB8", "OFB", "CTR", "");

    static final ContentCipher AES_256_CBC = named("AES-256-CBC").orElseThrow();

    private final String name;
    private final Family family;
    private final String mode;

    private ContentCipher(String name, Family family, String mode) {
        this.name = name;
        this.family = family;
        this.mode = mode;
    }

    /** The cipher of that name, or empty if it is none that is read. */
    static Optional<ContentCipher> named(String name) {
        boolean isStream = name.startsWith("RC4");
        int hyphen = isStream ? name.length() : Math.max(0, name.lastIndexOf('-'));
        String mode = isStream ? "" : name.substring(hyphen + 1);
        Family family = FAMILIES.get(name.substring(0, hyphen));
        return family != null && MODES.contains(mode)
                ? Optional.of(new ContentCipher(name, family, mode))
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
        boolean twoKeys = family.jcaName.equals("DESede") && keyBytes() == 16;
        byte[] exact = Arrays.copyOf(key, twoKeys ? 24 : keyBytes());
        if (twoKeys) {
            // Two-key triple DES: the first key is the third as well.
            System.arraycopy(key, 0, exact, 16, 8);
        }
        try {
            Cipher cipher = cipher();
            cipher.init(direction, new SecretKeySpec(exact, family.jcaName), parameters(iv));
            return cipher.doFinal(input);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(exact, (byte) 0);
        }
    }

    /** The JDK's where it has one, for BouncyCastle's provider takes half a second to load. */
    private Cipher cipher() throws GeneralSecurityException {
        String transformation = mode.isEmpty()
                ? family.jcaName
                : family.jcaName + "/" + mode + (isPadded() ? "/PKCS5Padding" : "/NoPadding");
        try {
            return Cipher.getInstance(transformation);
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            return BouncyCastle.cipher(transformation);
        }
    }

    private @Nullable AlgorithmParameterSpec parameters(byte[] iv) {
        if (mode.isEmpty()) {
            return null;
        }
        return family.jcaName.equals("RC2") ? new RC2ParameterSpec(8 * keyBytes(), iv) : new IvParameterSpec(iv);
    }

    private boolean isPadded() {
        return mode.equals("CBC");
    }
}
